/**
 * Label set to series id: a compact cache in front of the catalog, and what is remembered of each
 * series. Depends on wire.
 */
package io.harvester.series;
