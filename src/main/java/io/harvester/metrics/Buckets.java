// SPDX-License-Identifier: Apache-2.0
package io.harvester.metrics;

import java.time.Duration;
import java.util.stream.LongStream;

/** Bucket bounds of duration histograms. They are few, because each bucket is a stored series. */
final class Buckets {
  static final Duration[] SECONDS =
      LongStream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private Buckets() {}
}
