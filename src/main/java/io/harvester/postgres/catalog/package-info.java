/**
 * Nodes, metrics, series, and the views made of them. Depends on {@code postgres.pg}, {@code
 * storage}, {@code series}.
 */
package io.harvester.postgres.catalog;
