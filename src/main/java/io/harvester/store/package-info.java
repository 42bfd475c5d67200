/**
 * Everything that knows SQL: migrations, catalog, the write transaction with COPY, storage layouts
 * and their care. Implements the ports of ingest, series, auth, fleet and quota.
 */
package io.harvester.store;
