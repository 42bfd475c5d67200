// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.rollup;

/** Samples of one node, sorted by series and time, without duplicates. */
public interface SortedSamples {
  /** The number of samples. */
  int rows();

  /** The series id of a sample. */
  long seriesId(int row);

  /** The time of a sample, ms since the epoch. */
  long time(int row);

  /** The value of a sample as its IEEE 754 bits. */
  long bits(int row);
}
