// SPDX-License-Identifier: Apache-2.0
/**
 * Logins of people, and what admins do to nodes on the page. Depends on {@code http}, {@code
 * account}, {@code auth}, {@code config}, {@code ingest.request}.
 */
package io.harvester.http.account;
