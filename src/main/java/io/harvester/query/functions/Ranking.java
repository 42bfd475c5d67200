// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The largest or smallest of values, in a heap whose root is the next to go. Among equal values it
 * keeps those that Go's {@code container/heap} keeps, so that answers equal Prometheus's.
 */
public final class Ranking {
  private final boolean largest;
  private double[] values = new double[4];
  private int[] items = new int[4];
  private int size;

  /** An empty ranking, of the largest or the smallest values. */
  public Ranking(boolean largest) {
    this.largest = largest;
  }

  /** Removes all. */
  public void clear() {
    size = 0;
  }

  /** Number of values. */
  public int size() {
    return size;
  }

  /** The item at a place. */
  public int item(int place) {
    return items[place];
  }

  /** Takes a value if it is among the first {@code limit}. */
  public void offer(int item, double value, long limit) {
    if (size < limit) {
      push(item, value);
      return;
    }
    double root = values[0];
    boolean better = largest ? root < value : root > value;
    if (better || (Double.isNaN(root) && !Double.isNaN(value))) {
      values[0] = value;
      items[0] = item;
      if (limit > 1) {
        down();
      }
    }
  }

  /** Takes a value at the end; only for {@link #sort}. */
  public void append(int item, double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
      items = Arrays.copyOf(items, size * 2);
    }
    values[size] = value;
    items[size] = item;
    size++;
  }

  /** Takes a value. */
  public void push(int item, double value) {
    append(item, value);
    int at = size - 1;
    while (at > 0) {
      int parent = (at - 1) / 2;
      if (!isLess(at, parent)) {
        break;
      }
      swap(at, parent);
      at = parent;
    }
  }

  private void down() {
    int at = 0;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && isLess(child + 1, child)) {
        child++;
      }
      if (!isLess(child, at)) {
        break;
      }
      swap(at, child);
      at = child;
    }
  }

  private boolean isLess(int left, int right) {
    return isLess(values[left], values[right], largest);
  }

  private static boolean isLess(double left, double right, boolean ascending) {
    return Double.isNaN(left) || (ascending ? left < right : left > right);
  }

  private void swap(int left, int right) {
    double value = values[left];
    values[left] = values[right];
    values[right] = value;
    int item = items[left];
    items[left] = items[right];
    items[right] = item;
  }

  /** Orders all, best first, NaN last. */
  public void sort() {
    if (size <= 12) { // as Go sorts few values
      for (int i = 1; i < size; i++) {
        for (int j = i; j > 0 && isLess(values[j - 1], values[j], largest); j--) {
          swap(j, j - 1);
        }
      }
      return;
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      order.add(i);
    }
    order.sort((left, right) -> compare(values[left], values[right]));
    double[] sortedValues = new double[size];
    int[] sortedItems = new int[size];
    for (int i = 0; i < size; i++) {
      sortedValues[i] = values[order.get(i)];
      sortedItems[i] = items[order.get(i)];
    }
    values = sortedValues;
    items = sortedItems;
  }

  private int compare(double left, double right) {
    if (Double.isNaN(left) || Double.isNaN(right)) {
      return Boolean.compare(Double.isNaN(left), Double.isNaN(right));
    }
    if (left == right) {
      return 0;
    }
    return left > right == largest ? -1 : 1;
  }
}
