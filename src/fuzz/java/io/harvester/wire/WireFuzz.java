// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Coverage-guided fuzzing that compares the decoders with protobuf-java and a plain implementation
 * of snappy. Build with {@code mvn -Pfuzz -DskipTests process-test-classes}, then fuzz one target,
 * here {@code v1}, for ten minutes:
 *
 * <pre>{@code
 * mkdir -p target/fuzz/v1
 * java -Xmx512m -cp "target/test-classes:target/classes:$(cat target/fuzz.classpath)" \
 *   com.code_intelligence.jazzer.Jazzer --target_class=io.harvester.wire.WireFuzz \
 *   --target_method=v1 --instrumentation_includes='io.harvester.wire.**' -max_total_time=600 \
 *   target/fuzz/v1 src/test/resources/io/harvester/wire/WireFuzzInputs/v1
 * }</pre>
 *
 * Add a finding to the last folder, the corpus of {@link DifferentialTest}.
 */
class WireFuzz {
  private final DecodingComparison comparison = new DecodingComparison();

  @FuzzTest
  void snappy(byte[] block) {
    comparison.block(block);
  }

  @FuzzTest
  void v1(byte[] message) {
    comparison.message(message, MessageVersion.V1);
  }

  @FuzzTest
  void v2(byte[] message) {
    comparison.message(message, MessageVersion.V2);
  }
}
