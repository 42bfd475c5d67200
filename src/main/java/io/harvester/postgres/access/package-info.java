/**
 * Credentials, enrolment and node administration. Depends on {@code postgres.pg}, {@code auth},
 * {@code quota}, {@code config}.
 */
package io.harvester.postgres.access;
