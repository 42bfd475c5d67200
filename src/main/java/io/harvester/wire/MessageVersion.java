package io.harvester.wire;

/** Which protobuf message a request body holds; the Content-Type decides it, nothing else. */
public enum MessageVersion {
  /** {@code prometheus.WriteRequest}, Remote-Write 1.0. */
  V1,
  /** {@code io.prometheus.write.v2.Request}, Remote-Write 2.0. */
  V2
}
