package io.harvester.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Coverage-guided fuzzing, ten minutes a target: {@code mvn -Pfuzz test -Dtest=WireFuzz#v1}. A
 * finding is written into the corpus (src/test/resources/…/WireFuzzInputs), which every ordinary
 * test run goes through.
 */
class WireFuzz {
  private final Comparison comparison = new Comparison();

  @FuzzTest(maxDuration = "10m")
  void snappy(byte[] block) {
    comparison.block(block);
  }

  @FuzzTest(maxDuration = "10m")
  void v1(byte[] message) {
    comparison.message(message, MessageVersion.V1);
  }

  @FuzzTest(maxDuration = "10m")
  void v2(byte[] message) {
    comparison.message(message, MessageVersion.V2);
  }
}
