// SPDX-License-Identifier: Apache-2.0
/**
 * The PostgreSQL in the jar, for when no database is configured: unpacked, set up, supervised and
 * stopped with the service, with its data in one folder. Depends on no other package of Harvester.
 */
package io.harvester.embedded;
