// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import io.harvester.series.SeriesKey.Label;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The distinct label sets of all series, without metric and node. The machines of a fleet run the
 * same exporters, so ten thousand nodes share each set. A set is a run of pairs (name, value) of
 * {@link Symbols} in one array.
 */
final class LabelSets {
  private static final int FREE = -1;

  private final Symbols symbols;
  private int[] pairs = new int[1024];
  private int[] ends = new int[256];
  private int[] table = filled(1024);
  private int count;

  LabelSets(Symbols symbols) {
    this.symbols = symbols;
  }

  /** The number of the set with these labels, sorted by name; adds it if it is new. */
  int of(List<Label> labels) {
    int start = start(count);
    int end = start + 2 * labels.size();
    if (end > pairs.length) {
      pairs = Arrays.copyOf(pairs, Math.max(end, pairs.length * 2));
    }
    int at = start;
    for (Label label : labels) {
      pairs[at++] = symbols.of(label.name());
      pairs[at++] = symbols.of(label.value());
    }
    int place = place(start, end);
    if (table[place] != FREE) {
      return table[place];
    }
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, count * 2);
    }
    ends[count] = end;
    table[place] = count++;
    if (count * 2 > table.length) {
      rehash();
    }
    return count - 1;
  }

  private int start(int set) {
    return set == 0 ? 0 : ends[set - 1];
  }

  private int place(int start, int end) {
    int hash = 1;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + pairs[i];
    }
    int at = (int) (((hash * 0x9E3779B97F4A7C15L) >>> 33) % table.length);
    while (table[at] != FREE
        && !Arrays.equals(pairs, start(table[at]), ends[table[at]], pairs, start, end)) {
      at = at + 1 == table.length ? 0 : at + 1;
    }
    return at;
  }

  private void rehash() {
    table = filled(table.length * 2);
    for (int set = 0; set < count; set++) {
      table[place(start(set), ends[set])] = set;
    }
  }

  private static int[] filled(int length) {
    int[] places = new int[length];
    Arrays.fill(places, FREE);
    return places;
  }

  int count() {
    return count;
  }

  /** The symbol of a label's value in a set; -1 if the set lacks the label. */
  int value(int set, int name) {
    int end = ends[set];
    for (int i = start(set); i < end; i += 2) {
      if (pairs[i] == name) {
        return pairs[i + 1];
      }
    }
    return -1;
  }

  /** The labels of a set, sorted by name. */
  List<Label> labels(int set) {
    List<Label> labels = new ArrayList<>();
    for (int i = start(set); i < ends[set]; i += 2) {
      labels.add(new Label(symbols.text(pairs[i]), symbols.text(pairs[i + 1])));
    }
    return labels;
  }

  /** Marks the names of a set's labels. */
  void markNames(int set, boolean[] names) {
    for (int i = start(set); i < ends[set]; i += 2) {
      names[pairs[i]] = true;
    }
  }

  long bytes() {
    return 4L * (pairs.length + ends.length + table.length);
  }
}
