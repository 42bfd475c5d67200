// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.List;
import java.util.UUID;

/**
 * The identity of a series in the catalog.
 *
 * @param node value of the node label
 * @param metric the metric name
 * @param labels the other labels, sorted by name
 * @param fingerprint 128 bits of SHA-256 over all of these, each length-prefixed. The first 32 bits
 *     depend on the node alone, so that the series of a node are adjacent in an index of
 *     fingerprints. Must not change between releases
 */
public record SeriesKey(String node, String metric, List<Label> labels, UUID fingerprint) {

  /** A label; neither part is empty. */
  public record Label(String name, String value) {}

  /** The key of validated, sorted labels. */
  public static SeriesKey of(String node, String metric, List<Label> sorted) {
    return of(node, metric, sorted, new Fingerprint());
  }

  /** The same; {@code fingerprint} is reused for many keys. */
  static SeriesKey of(String node, String metric, List<Label> sorted, Fingerprint fingerprint) {
    fingerprint.add(node).add(metric);
    for (Label label : sorted) {
      fingerprint.add(label.name()).add(label.value());
    }
    return new SeriesKey(node, metric, List.copyOf(sorted), fingerprint.toUuid(node));
  }
}
