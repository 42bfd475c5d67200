/**
 * PostgreSQL started from the jar when no database is configured: unpacked, set up, watched and
 * stopped with us, its data in one folder. Knows no other package of ours.
 */
package io.harvester.embedded;
