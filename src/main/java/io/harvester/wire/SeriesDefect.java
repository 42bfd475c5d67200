package io.harvester.wire;

/** What makes one series unusable; the rest of its request is stored all the same. */
public enum SeriesDefect {
  /** Nothing wrong. */
  NONE("ok"),
  /** {@code labels_refs} has an odd number of entries. */
  ODD_LABEL_REFS("odd number of label references"),
  /** A label, help or unit reference points outside of the symbol table. */
  REFERENCE_OUT_OF_RANGE("symbol reference out of range"),
  /**
   * Neither a sample nor a histogram nor an exemplar. An exemplar alone is data: Prometheus sends
   * each in a series message of its own, without the sample it belongs to, in both versions.
   */
  NO_DATA("no sample and no histogram"),
  /** Remote-Write 2.0 forbids both in one series. */
  MIXED_DATA("samples and histograms mixed in one series"),
  /** No {@code __name__}, or an empty one. */
  NO_METRIC_NAME("no metric name"),
  /** A label without a name. */
  EMPTY_LABEL_NAME("empty label name"),
  /** A label name twice, be it with the same value. */
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
  /** The node has as many active series as it may. */
  OVER_SERIES_QUOTA("over the node's quota of active series"),
  /** The node has made as many new series within the hour as it may. */
  OVER_NEW_SERIES_QUOTA("over the node's quota of new series");

  private static final SeriesDefect[] BY_CODE = values();

  private final String reason;

  SeriesDefect(String reason) {
    this.reason = reason;
  }

  /** The reason in words, as it stands in answers, in metrics and in {@code rejected_sample}. */
  public String reason() {
    return reason;
  }

  /** The defect as it stands in {@link DecodedRequest#defect}; 0: nothing wrong. */
  @SuppressWarnings("EnumOrdinal") // only within one process, between two columns of one request
  public byte code() {
    return (byte) ordinal();
  }

  /** The defect that a column entry means. */
  public static SeriesDefect of(byte code) {
    return BY_CODE[code];
  }

  /** Whether the labels of such a series cannot be read at all. */
  public boolean hidesLabels() {
    return this == ODD_LABEL_REFS || this == REFERENCE_OUT_OF_RANGE;
  }
}
