// SPDX-License-Identifier: Apache-2.0
/**
 * Credentials, enrolment, accounts and node administration. Depends on {@code postgres.pg}, {@code
 * account}, {@code auth}, {@code quota}, {@code config}.
 */
package io.harvester.postgres.access;
