/**
 * Commands for operators, on the database that the aggregator uses, whether it runs or not. Depends
 * on {@code config}, {@code auth}, {@code postgres.access}, {@code postgres.pg}.
 */
package io.harvester.cli;
