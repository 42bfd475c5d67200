// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.List;
import java.util.UUID;

/**
 * The identity of a series as the catalog keeps it.
 *
 * @param node value of the node label
 * @param metric the metric name
 * @param labels the other labels, sorted by name
 * @param fingerprint 128 bits of SHA-256 over all of these, each length-prefixed, of which the
 *     first 32 are the node's alone: series of a node lie together in an index of fingerprints.
 *     Stable over processes and releases
 */
public record SeriesKey(String node, String metric, List<Label> labels, UUID fingerprint) {

  /** A label; neither part is empty. */
  public record Label(String name, String value) {}

  /** Makes the key of validated, sorted labels. */
  public static SeriesKey of(String node, String metric, List<Label> sorted) {
    return of(node, metric, sorted, new Fingerprint());
  }

  /** Likewise, for many keys one after the other. */
  static SeriesKey of(String node, String metric, List<Label> sorted, Fingerprint fingerprint) {
    fingerprint.add(node).add(metric);
    for (Label label : sorted) {
      fingerprint.add(label.name()).add(label.value());
    }
    return new SeriesKey(node, metric, List.copyOf(sorted), fingerprint.toUuid(node));
  }
}
