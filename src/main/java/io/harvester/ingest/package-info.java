/**
 * The pipeline: decode, resolve, hand to the node's writer, answer after the commit. Depends on
 * wire, series, quota and metrics; the database stands behind its ports.
 */
package io.harvester.ingest;
