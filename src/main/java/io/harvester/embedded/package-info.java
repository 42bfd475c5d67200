/**
 * PostgreSQL from the jar when no database is configured: unpacked, set up, supervised and stopped
 * with the service, its data in one folder. Depends on no other package of Harvester.
 */
package io.harvester.embedded;
