// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import io.harvester.series.SeriesKey.Label;
import io.harvester.wire.DecodedRequest;
import io.harvester.wire.LabelReader;
import io.harvester.wire.SeriesDefect;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads and checks the labels of a new series. Not for the hot path, and not thread-safe. */
public final class LabelSetReader {
  private static final String METRIC_NAME = "__name__";

  /** Prometheus's prefix of a scraped label that a target label of the same name replaces. */
  private static final String EXPORTED = "exported_";

  private final LabelLimits limits;
  private final String nodeLabel;
  private final CharsetDecoder utf8 =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);

  private final Fingerprint fingerprint = new Fingerprint();
  private final List<Label> labels = new ArrayList<>();
  private SeriesDefect defect = SeriesDefect.NONE;
  private int count;
  private String renamed;

  LabelSetReader(LabelLimits limits, String nodeLabel) {
    this.limits = limits;
    this.nodeLabel = nodeLabel;
  }

  /** The key of a series; null if it has a {@link #defect()}. */
  public SeriesKey read(DecodedRequest request, int series, NodeScope scope) {
    clear();
    LabelReader.visit(request, series, (ns, ne, vs, ve) -> label(request.body, ns, ne, vs, ve));
    if (defect != SeriesDefect.NONE) {
      return null;
    }
    sort();
    return checked(scope);
  }

  /** The sorted labels of an exemplar; null if they have a {@link #defect()}. */
  public List<Label> exemplar(DecodedRequest request, int exemplar) {
    clear();
    LabelReader.visitExemplar(
        request, exemplar, (ns, ne, vs, ve) -> label(request.body, ns, ne, vs, ve));
    sort();
    if (defect != SeriesDefect.NONE || hasDuplicate()) {
      return null;
    }
    return labels.stream().filter(label -> !label.value().isEmpty()).toList();
  }

  /** Labels should arrive sorted; unsorted ones are accepted. */
  private void sort() {
    for (int i = 1; i < labels.size(); i++) {
      if (labels.get(i - 1).name().compareTo(labels.get(i).name()) > 0) {
        labels.sort(Comparator.comparing(Label::name));
        return;
      }
    }
  }

  private void clear() {
    labels.clear();
    count = 0;
    renamed = null;
    defect = SeriesDefect.NONE;
  }

  /** The first defect that the last call found. */
  public SeriesDefect defect() {
    return defect;
  }

  /** The metric name as far as readable, for messages about a defective series. */
  public String metricName() {
    return value(METRIC_NAME, "");
  }

  /** The node as far as readable. */
  String nodeName(NodeScope scope) {
    return scope.nodeOf(value(nodeLabel, ""));
  }

  /** The other node that the node label of the last series names; null unless it was renamed. */
  String renamed() {
    return renamed;
  }

  private SeriesKey checked(NodeScope scope) {
    if (hasDuplicate()) {
      return null;
    }
    String metric = metricName();
    String nodeValue = value(nodeLabel, "");
    String node = scope.nodeOf(nodeValue);
    if (metric.isEmpty()) {
      fail(SeriesDefect.NO_METRIC_NAME);
      return null;
    }
    if (isTooLongAsKey(metric) || isTooLongAsKey(node)) {
      fail(SeriesDefect.LABEL_VALUE_TOO_LONG);
      return null;
    }
    if (scope.isForeign(nodeValue)) {
      if (scope.foreign() == NodeScope.Foreign.REJECT) {
        fail(SeriesDefect.FOREIGN_NODE);
        return null;
      }
      rename(nodeValue);
    }
    List<Label> others = new ArrayList<>(labels.size());
    for (Label label : labels) {
      // A label with an empty value does not exist, but counts as a duplicate.
      if (!label.value().isEmpty()
          && !label.name().equals(METRIC_NAME)
          && !label.name().equals(nodeLabel)) {
        others.add(label);
      }
    }
    return SeriesKey.of(node, metric, others, fingerprint);
  }

  /** Renames the node label as Prometheus does, prefixing its name until no label has it. */
  private void rename(String value) {
    String name = EXPORTED + nodeLabel;
    while (!value(name, "").isEmpty()) {
      name = EXPORTED + name;
    }
    String free = name;
    labels.removeIf(label -> label.name().equals(nodeLabel) || label.name().equals(free));
    labels.add(new Label(free, value));
    sort();
    renamed = value;
  }

  private boolean hasDuplicate() {
    for (int i = 1; i < labels.size(); i++) {
      if (labels.get(i).name().equals(labels.get(i - 1).name())) {
        fail(SeriesDefect.DUPLICATE_LABEL_NAME);
        return true;
      }
    }
    return false;
  }

  private static boolean isTooLongAsKey(String name) {
    return name.length() > LabelLimits.MAX_KEY_BYTES
        || name.getBytes(StandardCharsets.UTF_8).length > LabelLimits.MAX_KEY_BYTES;
  }

  private String value(String name, String otherwise) {
    for (Label label : labels) {
      if (label.name().equals(name) && !label.value().isEmpty()) {
        return label.value();
      }
    }
    return otherwise;
  }

  private void label(byte[] body, int nameStart, int nameEnd, int valueStart, int valueEnd) {
    count++;
    if (count > limits.maxLabels()) {
      fail(SeriesDefect.TOO_MANY_LABELS);
    } else if (nameStart == nameEnd) {
      fail(SeriesDefect.EMPTY_LABEL_NAME);
    } else if (nameEnd - nameStart > limits.maxNameBytes()) {
      fail(SeriesDefect.LABEL_NAME_TOO_LONG);
    } else if (valueEnd - valueStart > limits.maxValueBytes()) {
      fail(SeriesDefect.LABEL_VALUE_TOO_LONG);
    } else {
      try {
        labels.add(new Label(text(body, nameStart, nameEnd), text(body, valueStart, valueEnd)));
      } catch (CharacterCodingException e) {
        fail(SeriesDefect.NOT_UTF8);
      }
    }
  }

  private String text(byte[] body, int start, int end) throws CharacterCodingException {
    int bits = 0;
    for (int i = start; i < end; i++) {
      bits |= body[i];
      if (body[i] == 0) {
        fail(SeriesDefect.NUL_BYTE);
        return "?";
      }
    }
    if (bits >= 0) { // ASCII, as nearly always
      return new String(body, start, end - start, StandardCharsets.ISO_8859_1);
    }
    return utf8.decode(ByteBuffer.wrap(body, start, end - start)).toString();
  }

  private void fail(SeriesDefect found) {
    if (defect == SeriesDefect.NONE) {
      defect = found;
    }
  }
}
