// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** Two histograms have bucket layouts that cannot be reconciled. */
public final class IncompatibleSchemasException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean customBounds;

  private IncompatibleSchemasException(String message, boolean customBounds) {
    super(message, null, false, false);
    this.customBounds = customBounds;
  }

  /** One of them has exponential buckets and the other one custom buckets. */
  static IncompatibleSchemasException mixed() {
    return new IncompatibleSchemasException(
        "cannot apply this operation on histograms with a mix of exponential and custom bucket"
            + " schemas",
        false);
  }

  /** Both have custom buckets, with different bounds. */
  static IncompatibleSchemasException differentBounds() {
    return new IncompatibleSchemasException(
        "cannot apply this operation on custom buckets histograms with different custom bounds",
        true);
  }

  /** Whether both have custom buckets. If not, one has exponential buckets. */
  public boolean customBounds() {
    return customBounds;
  }
}
