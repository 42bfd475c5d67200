/**
 * Everything that knows SQL: migrations, catalog, the write transaction with COPY, storage layouts
 * and their care. Implements the ports of ingest and series.
 */
package io.harvester.store;
