// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/** Why a series is rejected; the rest of its request is stored. */
public enum SeriesDefect {
  /** The series is valid. */
  NONE("ok"),
  /** {@code labels_refs} has an odd number of entries. */
  ODD_LABEL_REFS("odd number of label references"),
  /** A label, help or unit reference is outside the symbol table. */
  REFERENCE_OUT_OF_RANGE("symbol reference out of range"),
  /**
   * No sample, histogram or exemplar. An exemplar alone is valid: in both versions, Prometheus
   * sends each exemplar in a separate series message without its sample.
   */
  NO_DATA("no data point"),
  /** Remote-Write 2.0 forbids both in one series. */
  MIXED_DATA("samples and histograms mixed in one series"),
  /** No {@code __name__}, or an empty one. */
  NO_METRIC_NAME("no metric name"),
  /** A label without a name. */
  EMPTY_LABEL_NAME("empty label name"),
  /** A duplicate label name, even with the same value. */
  DUPLICATE_LABEL_NAME("duplicate label name"),
  /** Bytes that are not UTF-8. */
  NOT_UTF8("label is not valid UTF-8"),
  /** A NUL byte, which PostgreSQL cannot store. */
  NUL_BYTE("label contains a NUL byte"),
  /** More labels than the limit. */
  TOO_MANY_LABELS("too many labels"),
  /** A label name longer than the limit. */
  LABEL_NAME_TOO_LONG("label name too long"),
  /** A label value longer than the limit. */
  LABEL_VALUE_TOO_LONG("label value too long"),
  /** The node label names another node than the sender's, and that is not allowed. */
  FOREIGN_NODE("foreign node"),
  /** The node has reached its quota of active series. */
  OVER_SERIES_QUOTA("over the node's quota of active series"),
  /** The node has reached its quota of new series per hour. */
  OVER_NEW_SERIES_QUOTA("over the node's quota of new series");

  private static final SeriesDefect[] BY_CODE = values();

  private final String reason;

  SeriesDefect(String reason) {
    this.reason = reason;
  }

  /**
   * The text for responses, which list reasons separated by commas, for metrics and for {@code
   * rejected_sample}.
   */
  public String reason() {
    return reason;
  }

  /** The value in {@link DecodedRequest#defect}; 0: valid. */
  @SuppressWarnings("EnumOrdinal") // never leaves the process
  public byte code() {
    return (byte) ordinal();
  }

  /** The defect with a code. */
  public static SeriesDefect of(byte code) {
    return BY_CODE[code];
  }

  /** Whether the labels of such a series cannot be read. */
  public boolean hidesLabels() {
    return this == ODD_LABEL_REFS || this == REFERENCE_OUT_OF_RANGE;
  }
}
