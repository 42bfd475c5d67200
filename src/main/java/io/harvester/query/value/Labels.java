// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.value;

import io.harvester.query.text.GoText;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An immutable set of labels, sorted by name, the metric name included. No value is empty. */
public final class Labels implements Comparable<Labels> {
  /** The label that holds the metric name. */
  public static final String METRIC_NAME = "__name__";

  /** No labels. */
  public static final Labels EMPTY = new Labels(new String[0]);

  private final String[] pairs;
  private final int hash;

  private Labels(String[] pairs) {
    this.pairs = pairs;
    this.hash = Arrays.hashCode(pairs);
  }

  /** Labels from names and values in turn, in any order; empty values are left out. */
  public static Labels of(String... namesAndValues) {
    Builder builder = new Builder(EMPTY);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      builder.set(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  /**
   * Labels from sorted ones and two more.
   *
   * @param pairs names and values in turn, sorted by name, with room for the two; used up
   * @param used length of the pairs
   */
  public static Labels ofSorted(
      String[] pairs, int used, String name1, String value1, String name2, String value2) {
    int length = insert(pairs, insert(pairs, used, name1, value1), name2, value2);
    return new Labels(length == pairs.length ? pairs : Arrays.copyOf(pairs, length));
  }

  private static int insert(String[] pairs, int used, String name, String value) {
    if (value == null || value.isEmpty()) {
      return used;
    }
    int at = used;
    while (at > 0 && GoText.compare(pairs[at - 2], name) > 0) {
      pairs[at] = pairs[at - 2];
      pairs[at + 1] = pairs[at - 1];
      at -= 2;
    }
    pairs[at] = name;
    pairs[at + 1] = value;
    return used + 2;
  }

  /** Labels from a map; empty values are left out. */
  public static Labels of(Map<String, String> values) {
    Builder builder = new Builder(EMPTY);
    values.forEach(builder::set);
    return builder.build();
  }

  /** Number of labels. */
  public int size() {
    return pairs.length / 2;
  }

  /** Name of a label; they are sorted. */
  public String name(int index) {
    return pairs[2 * index];
  }

  /** Value of a label. */
  public String value(int index) {
    return pairs[2 * index + 1];
  }

  /** Value of a label; "" if there is none. */
  public String value(String name) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(name)) {
        return pairs[i + 1];
      }
    }
    return "";
  }

  /** The metric name; "" if there is none. */
  public String metricName() {
    return value(METRIC_NAME);
  }

  /** The names, sorted. */
  public List<String> names() {
    return new AbstractList<>() {
      @Override
      public String get(int index) {
        return name(index);
      }

      @Override
      public int size() {
        return pairs.length / 2;
      }
    };
  }

  /** These labels without the metric name. */
  public Labels withoutMetricName() {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(METRIC_NAME)) {
        String[] rest = new String[pairs.length - 2];
        System.arraycopy(pairs, 0, rest, 0, i);
        System.arraycopy(pairs, i + 2, rest, i, rest.length - i);
        return new Labels(rest);
      }
    }
    return this;
  }

  /** Only the labels that are named. */
  public Labels only(List<String> names) {
    return filtered(names, true);
  }

  /** All labels but those that are named. */
  public Labels without(List<String> names) {
    return filtered(names, false);
  }

  private Labels filtered(List<String> names, boolean named) {
    String[] kept = new String[pairs.length];
    int count = 0;
    for (int i = 0; i < pairs.length; i += 2) {
      if (names.contains(pairs[i]) == named) {
        kept[count++] = pairs[i];
        kept[count++] = pairs[i + 1];
      }
    }
    return count == pairs.length ? this : new Labels(Arrays.copyOf(kept, count));
  }

  /** Starts from these labels. */
  public Builder change() {
    return new Builder(this);
  }

  /** Names and values; an empty map if there are none. */
  public Map<String, String> toMap() {
    Map<String, String> map = new TreeMap<>(GoText::compare);
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // texts are mostly shared
  public int compareTo(Labels other) {
    int length = Math.min(pairs.length, other.pairs.length);
    for (int i = 0; i < length; i++) {
      if (pairs[i] == other.pairs[i]) {
        continue;
      }
      int order = GoText.compare(pairs[i], other.pairs[i]);
      if (order != 0) {
        return order;
      }
    }
    return pairs.length - other.pairs.length;
  }

  @Override
  public boolean equals(Object other) {
    return other == this
        || (other instanceof Labels labels
            && labels.hash == hash
            && Arrays.equals(labels.pairs, pairs));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** As Prometheus prints a series: {@code {__name__="up", job="a"}}. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("{");
    for (int i = 0; i < pairs.length; i += 2) {
      out.append(i == 0 ? "" : ", ");
      if (isPlainName(pairs[i])) {
        out.append(pairs[i]);
      } else {
        GoText.quote(pairs[i], out);
      }
      out.append('=');
      GoText.quote(pairs[i + 1], out);
    }
    return out.append('}').toString();
  }

  /** Whether a label name is one of letters, digits and underscores. */
  public static boolean isPlainName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Changes labels. */
  public static final class Builder {
    private final List<String> pairs;

    private Builder(Labels base) {
      pairs = new ArrayList<>(Arrays.asList(base.pairs));
    }

    /** Sets a label; an empty value removes it. */
    public Builder set(String name, String value) {
      int at = 0;
      while (at < pairs.size() && GoText.compare(pairs.get(at), name) < 0) {
        at += 2;
      }
      boolean known = at < pairs.size() && pairs.get(at).equals(name);
      if (value.isEmpty()) {
        if (known) {
          pairs.subList(at, at + 2).clear();
        }
      } else if (known) {
        pairs.set(at + 1, value);
      } else {
        pairs.add(at, name);
        pairs.add(at + 1, value);
      }
      return this;
    }

    /** Removes a label. */
    public Builder remove(String name) {
      return set(name, "");
    }

    /** Value of a label; "" if there is none. */
    public String value(String name) {
      for (int i = 0; i < pairs.size(); i += 2) {
        if (pairs.get(i).equals(name)) {
          return pairs.get(i + 1);
        }
      }
      return "";
    }

    /** The labels. */
    public Labels build() {
      return pairs.isEmpty() ? EMPTY : new Labels(pairs.toArray(String[]::new));
    }
  }
}
