// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed batches stay in line. */
class BatchSizerTest {
  /** Cuts a scrape as the writer does; returns the number of batches. */
  private static int cut(BatchSizer sizer, int rows, double bytesPerRow) {
    int batches = 0;
    int attempts = 0;
    for (int start = 0; start < rows; ) {
      int size = sizer.evenly(rows - start);
      assertTrue(size > 0 && size <= CompressedBatch.MAX_ROWS, size + " rows");
      assertTrue(++attempts < 10_000, "no batch is accepted");
      int bytes = (int) Math.ceil(size * bytesPerRow);
      if (sizer.accepts(size, bytes)) {
        assertTrue(bytes <= BatchSizer.MAX_BYTES || size <= 16, bytes + " bytes");
        start += size;
        batches++;
      }
    }
    return batches;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 1, 5.5, 7.2, 12, 17, 1000})
  void no_batch_is_larger_than_stays_in_line(double bytesPerRow) {
    BatchSizer sizer = new BatchSizer(BatchSizer.THIRD_OF_PAGE);
    for (int scrape = 0; scrape < 20; scrape++) {
      cut(sizer, 700, bytesPerRow);
    }
  }

  @Test
  void small_rows_stay_in_one_batch_and_large_ones_share_a_page_by_three() {
    BatchSizer sizer = new BatchSizer(BatchSizer.THIRD_OF_PAGE);
    for (int scrape = 0; scrape < 50; scrape++) {
      cut(sizer, 700, 3);
    }
    assertEquals(1, cut(sizer, 700, 3));
    for (int scrape = 0; scrape < 50; scrape++) {
      cut(sizer, 700, 7);
    }
    assertEquals(2, cut(sizer, 700, 7));
    assertEquals(2, cut(new BatchSizer(BatchSizer.THIRD_OF_PAGE), 1001, 0.1));
  }

  @Test
  void sizes_that_alternate_end() {
    BatchSizer sizer = new BatchSizer(BatchSizer.MAX_BYTES);
    for (int i = 0; i < 1000; i++) {
      int attempts = 0;
      int rows;
      do {
        rows = sizer.most();
        assertTrue(++attempts < 20, "no batch is accepted");
      } while (!sizer.accepts(rows, rows * (i % 2 == 0 ? 1 : 16)));
    }
  }
}
