/**
 * Request bytes to columns of primitive values: the snappy block format and the two protobuf
 * messages of Prometheus remote write. No I/O. Depends on no other package of Harvester.
 */
package io.harvester.wire;
