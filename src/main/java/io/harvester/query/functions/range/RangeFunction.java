// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Samples;

/** A function of a range vector. An instance serves one thread. */
abstract class RangeFunction {
  /** Called before the windows of a series. */
  void begin(Samples samples) {}

  /**
   * The value of a window, which has at least one sample. {@link Column#ABSENT}: there is none, or
   * it is a histogram in {@link Window#result}.
   */
  abstract double at(Window window);
}
