// SPDX-License-Identifier: Apache-2.0
/**
 * Who is a sender, and which nodes may it write: credentials in memory, enrolment, the inventory of
 * nodes. Depends on {@code schedule}.
 */
package io.harvester.auth;
