// SPDX-License-Identifier: Apache-2.0
/** People: passwords, logins, sessions, and what admins do to nodes. Depends on {@code auth}. */
package io.harvester.account;
