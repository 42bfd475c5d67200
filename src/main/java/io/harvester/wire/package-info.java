/**
 * Request bytes to columns of primitive values: the snappy block format and the two protobuf
 * messages of Prometheus remote write. No I/O; depends on no other package of ours.
 */
package io.harvester.wire;
