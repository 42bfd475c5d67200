// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RequestChunksTest {
  private static final long[] NONE = {};

  @Test
  void a_request_of_few_chunks_is_one_slice() {
    RequestChunks few = RequestChunks.few(new long[] {5}, NONE, NONE);
    assertEquals(100, few.sliceEnd(0, 100));
    assertEquals(100, few.sliceEnd(40, 100));
  }

  @Test
  void slices_end_where_they_are_cut() {
    RequestChunks many = RequestChunks.many(NONE, NONE, NONE, new int[10], new int[] {3, 7, 10});
    assertEquals(3, many.sliceEnd(0, 10));
    assertEquals(3, many.sliceEnd(2, 10));
    assertEquals(7, many.sliceEnd(3, 10));
    assertEquals(7, many.sliceEnd(6, 10));
    assertEquals(10, many.sliceEnd(7, 10));
    assertEquals(10, many.sliceEnd(9, 10));
  }
}
