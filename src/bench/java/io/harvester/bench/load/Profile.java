// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import io.harvester.bench.load.Behaviour.Kind;
import java.util.Locale;

/** How much the values of the simulated series move. */
public enum Profile {
  /** As the catalog says: two thirds of the series are constant, many values are small integers. */
  STEADY,

  /**
   * Few series are constant, every counter and gauge changes with each scrape, and the values have
   * a finer resolution. Values compress to about twice the size.
   */
  MOVING;

  /** One series in this many stays constant. */
  private static final int CONSTANT = 8;

  private static final double FINER = 1e-4;
  private static final double SPREAD = 0.05;

  /** The profile of a name in lower case. */
  public static Profile of(String name) {
    try {
      return valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--profile is steady or moving, not " + name, e);
    }
  }

  /**
   * The behaviour of a series under this profile.
   *
   * @param index of the series in the catalog
   */
  Behaviour of(Behaviour catalog, int index) {
    if (this == STEADY) {
      return catalog;
    }
    if (catalog.kind() == Kind.CONSTANT) {
      double level = Math.max(Math.abs(catalog.level()), 1000);
      return index % CONSTANT == 0
          ? catalog
          : new Behaviour(Kind.GAUGE, 1, level, level * SPREAD, 1);
    }
    return new Behaviour(
        catalog.kind(), catalog.quantum() * FINER, catalog.level(), catalog.spread(), 1);
  }
}
