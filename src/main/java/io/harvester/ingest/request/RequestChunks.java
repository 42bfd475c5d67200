// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import io.harvester.wire.DataKind;
import java.util.Arrays;

/**
 * The chunks that a request's data points fall into, and the order to write them in. Every chunk
 * costs a transaction locks and time, so no transaction writes more than {@link #MAX_CHUNKS}: a
 * request of more chunks is written chunk by chunk, in slices.
 */
public final class RequestChunks {
  /** Number of chunks that one transaction writes at most. */
  public static final int MAX_CHUNKS = 8;

  /** Of a request without storable data points. */
  public static final RequestChunks NONE =
      new RequestChunks(new long[0], new long[0], new long[0], null, null);

  private final long[] samples;
  private final long[] histograms;
  private final long[] exemplars;
  private final int[] order;
  private final int[] sliceEnds;

  private RequestChunks(
      long[] samples, long[] histograms, long[] exemplars, int[] order, int[] sliceEnds) {
    this.samples = samples;
    this.histograms = histograms;
    this.exemplars = exemplars;
    this.order = order;
    this.sliceEnds = sliceEnds;
  }

  /**
   * A request of few chunks, written in the order of its message.
   *
   * @param samples one time in each chunk of its samples; likewise the others
   */
  public static RequestChunks few(long[] samples, long[] histograms, long[] exemplars) {
    return new RequestChunks(samples, histograms, exemplars, null, null);
  }

  /**
   * A request of many chunks.
   *
   * @param order the data points by chunk, each kind by itself: samples, histograms, exemplars
   * @param sliceEnds where each slice of that order ends, ascending
   */
  public static RequestChunks many(
      long[] samples, long[] histograms, long[] exemplars, int[] order, int[] sliceEnds) {
    return new RequestChunks(samples, histograms, exemplars, order, sliceEnds);
  }

  /** One time in each chunk of the data points of a kind. */
  public long[] times(DataKind kind) {
    return switch (kind) {
      case SAMPLES -> samples;
      case HISTOGRAMS -> histograms;
      case EXEMPLARS -> exemplars;
    };
  }

  /** Whether the request is written in slices. */
  public boolean isSliced() {
    return sliceEnds != null;
  }

  /** The order of the data points; null: as in the message. */
  int[] order() {
    return order;
  }

  /** Where the slice that starts at a position ends, {@code end} if the request is not sliced. */
  int sliceEnd(int from, int end) {
    if (sliceEnds == null) {
      return end;
    }
    int found = Arrays.binarySearch(sliceEnds, from + 1);
    return sliceEnds[found < 0 ? Math.min(-found - 1, sliceEnds.length - 1) : found];
  }
}
