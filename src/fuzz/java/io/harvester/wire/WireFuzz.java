// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Coverage-guided fuzzing of the decoders against protobuf-java and a plain snappy. After {@code
 * mvn -Pfuzz -DskipTests process-test-classes}, ten minutes of one target, here {@code v1}:
 *
 * <pre>{@code
 * mkdir -p target/fuzz/v1
 * java -Xmx512m -cp "target/test-classes:target/classes:$(cat target/fuzz.classpath)" \
 *   com.code_intelligence.jazzer.Jazzer --target_class=io.harvester.wire.WireFuzz \
 *   --target_method=v1 --instrumentation_includes='io.harvester.wire.**' -max_total_time=600 \
 *   target/fuzz/v1 src/test/resources/io/harvester/wire/WireFuzzInputs/v1
 * }</pre>
 *
 * A finding belongs into the last folder, the corpus that {@link DifferentialTest} goes through.
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
