// SPDX-License-Identifier: Apache-2.0
/**
 * Decodes request bodies of Prometheus remote write, in snappy's block format and either of two
 * protobuf messages, into columns of primitive values. No I/O. Depends on no other package of
 * Harvester.
 */
package io.harvester.wire;
