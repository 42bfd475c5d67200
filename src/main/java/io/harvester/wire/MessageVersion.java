// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/** Type of the protobuf message in a request body, as declared by the Content-Type. */
public enum MessageVersion {
  /** {@code prometheus.WriteRequest}, Remote-Write 1.0. */
  V1,
  /** {@code io.prometheus.write.v2.Request}, Remote-Write 2.0. */
  V2
}
