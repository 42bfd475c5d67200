// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

/** Simulated values of a group of series. Constant series are computed once. */
final class MovingValues {
  private final double[] value;
  private final double[] level;
  private final double[] spread;
  private final double[] quantum;
  private final boolean[] counter;
  private final boolean[] moving;
  private int count;
  private long random;

  MovingValues(int capacity, long seed) {
    value = new double[capacity];
    level = new double[capacity];
    spread = new double[capacity];
    quantum = new double[capacity];
    counter = new boolean[capacity];
    moving = new boolean[capacity];
    random = seed | 1;
  }

  /** Adds a series with its value at the first scrape. */
  void add(Behaviour behaviour) {
    int i = count++;
    quantum[i] = behaviour.quantum();
    counter[i] = behaviour.kind() == Behaviour.Kind.COUNTER;
    moving[i] = behaviour.kind() != Behaviour.Kind.CONSTANT && nextUnit() < behaviour.active();
    // Nodes differ: each has its own rate, within a factor of e.
    double factor = counter[i] ? Math.exp(nextUnit() * 2 - 1) : 1 + 0.2 * (nextUnit() - 0.5);
    boolean constant = behaviour.kind() == Behaviour.Kind.CONSTANT;
    level[i] = constant ? behaviour.level() : behaviour.level() * factor;
    spread[i] = behaviour.spread();
    if (counter[i]) {
      value[i] = moving[i] ? round(level[i] * 3e6 * nextUnit(), quantum[i]) : 0;
    } else {
      value[i] = constant ? level[i] : round(level[i], quantum[i]);
    }
  }

  int count() {
    return count;
  }

  boolean moving(int series) {
    return moving[series];
  }

  double get(int series) {
    return value[series];
  }

  /** The value of a moving series at the next scrape. */
  double next(int series, double seconds) {
    double unit = nextUnit();
    double next =
        counter[series]
            ? value[series] + level[series] * seconds * 2 * unit
            : level[series] + (value[series] - level[series]) * 0.8 + spread[series] * (unit - 0.5);
    value[series] = round(next, quantum[series]);
    return value[series];
  }

  private static double round(double value, double quantum) {
    return Math.rint(value / quantum) * quantum;
  }

  /** xorshift64: a double in [0, 1). */
  private double nextUnit() {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return (random >>> 11) * 0x1.0p-53;
  }
}
