/**
 * Commands for operators: they use the database that the aggregator uses, whether it runs or not.
 * Depends on config, auth and store.
 */
package io.harvester.cli;
