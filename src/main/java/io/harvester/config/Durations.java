package io.harvester.config;

import java.time.Duration;

/** Durations as people write them: {@code 30s}, {@code 10m}, {@code 2h}, {@code 90d}. */
public final class Durations {
  private Durations() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException with a message for the person who wrote it
   */
  public static Duration parse(String text) {
    return Values.duration(text);
  }
}
