// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

import io.harvester.query.value.Labels;

/** When the metric name is dropped. */
public enum Naming {
  /** By each operator. */
  AT_ONCE,
  /** At the end of the query, so that operators still see it. */
  AT_THE_END;

  /** The labels of a result that shall have no metric name. */
  public Labels drop(Labels labels) {
    return this == AT_ONCE ? labels.withoutMetricName() : labels;
  }
}
