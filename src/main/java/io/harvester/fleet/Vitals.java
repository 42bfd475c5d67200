// SPDX-License-Identifier: Apache-2.0
package io.harvester.fleet;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The numbers of all nodes at one time. Not changed once it is published.
 *
 * @param version grows with each computation
 * @param time ms since the epoch
 * @param last of the sparklines' points, ms since the epoch
 * @param values newest values
 * @param mounts mount points of the fullest file systems, by node
 * @param history points of sparklines, oldest first; NaN: none
 * @param problem why a part is missing; "": nothing is
 */
public record Vitals(
    long version,
    long time,
    long last,
    Map<Vital, Map<String, Double>> values,
    Map<String, String> mounts,
    Map<Vital, Map<String, float[]>> history,
    String problem) {
  /** Number of points of a sparkline. */
  public static final int POINTS = 30;

  /** Time between two of them. */
  public static final long STEP_MILLIS = 120_000;

  static final Vitals NONE = new Vitals(0, 0, 0, Map.of(), Map.of(), Map.of(), "");

  /** The newest value; NaN: none. */
  public double value(Vital vital, String node) {
    return values.getOrDefault(vital, Map.of()).getOrDefault(node, Double.NaN);
  }

  /** Points of a sparkline; null: none. */
  public float[] points(Vital vital, String node) {
    return history.getOrDefault(vital, Map.of()).get(node);
  }

  /** These points, moved so that {@code newLast} is the last one; those that come in are NaN. */
  Map<Vital, Map<String, float[]>> shifted(long newLast) {
    long steps = Math.min(POINTS, (newLast - last) / STEP_MILLIS);
    Map<Vital, Map<String, float[]>> moved = new EnumMap<>(Vital.class);
    if (steps == POINTS) {
      return moved;
    }
    history.forEach(
        (vital, nodes) -> {
          Map<String, float[]> all = new HashMap<>();
          nodes.forEach((node, points) -> all.put(node, shifted(points, (int) steps)));
          moved.put(vital, all);
        });
    return moved;
  }

  private static float[] shifted(float[] points, int steps) {
    float[] moved = noPoints();
    System.arraycopy(points, steps, moved, 0, POINTS - steps);
    return moved;
  }

  static float[] noPoints() {
    float[] points = new float[POINTS];
    Arrays.fill(points, Float.NaN);
    return points;
  }
}
