// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.engine.QueryException.Kind;
import java.util.concurrent.atomic.AtomicLong;

/** The memory that the samples of all queries share. */
final class QueryMemory {
  private static final long BYTES_PER_SAMPLE = 16;

  private final long maxBytes;
  private final AtomicLong samples = new AtomicLong();

  QueryMemory(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes memory for samples, also if it then fails because too much is taken. */
  void take(long more) {
    long total = samples.addAndGet(more);
    if (total > maxBytes / BYTES_PER_SAMPLE) {
      throw new QueryFailure(
          Kind.TOO_LARGE,
          "the samples of all queries need "
              + total * BYTES_PER_SAMPLE
              + " bytes, the limit is "
              + maxBytes
              + " (HARVESTER_QUERY_MAX_MEMORY)");
    }
  }

  /** Gives memory back. */
  void giveBack(long fewer) {
    samples.addAndGet(-fewer);
  }

  /** Number of samples held. */
  long samples() {
    return samples.get();
  }
}
