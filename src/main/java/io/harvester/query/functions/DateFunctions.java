// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

import java.time.LocalDate;
import java.util.function.LongToDoubleFunction;

/** Parts of dates in UTC, of any number of seconds, as Go computes them on 64 bits. */
public final class DateFunctions {
  private static final long DAY = 86_400;

  /** Days of 400 years, after which the calendar repeats. */
  private static final long CYCLE = 146_097;

  /** The year in which Go's 64 bits of seconds begin; a cycle begins too. */
  private static final long FIRST_YEAR = -292_277_022_399L;

  /** Seconds from there to 1970. */
  private static final long BEFORE_1970 = 9_223_372_028_715_321_600L;

  private static final long YEAR_ONE = LocalDate.of(1, 1, 1).toEpochDay();

  private DateFunctions() {}

  /** A function of seconds since 1970 by name; null if there is none. */
  public static LongToDoubleFunction of(String name) {
    return switch (name) {
      case "minute" -> seconds -> Math.floorMod(Math.floorDiv(seconds, 60L), 60L);
      case "hour" -> seconds -> Math.floorMod(Math.floorDiv(seconds, 3600L), 24L);
      case "day_of_week" -> seconds -> date(seconds).getDayOfWeek().getValue() % 7;
      case "day_of_month" -> seconds -> date(seconds).getDayOfMonth();
      case "day_of_year" -> seconds -> date(seconds).getDayOfYear();
      case "days_in_month" -> seconds -> date(seconds).lengthOfMonth();
      case "month" -> seconds -> date(seconds).getMonthValue();
      case "year" -> DateFunctions::year;
      default -> null;
    };
  }

  /** A number of seconds as an integer; what no integer can hold becomes the smallest one. */
  public static long seconds(double value) {
    return value >= -0x1p63 && value < 0x1p63 ? (long) value : Long.MIN_VALUE;
  }

  private static long day(long seconds) {
    return Long.divideUnsigned(seconds + BEFORE_1970, DAY);
  }

  /** The date, with a year of 1 to 400. */
  private static LocalDate date(long seconds) {
    return LocalDate.ofEpochDay(YEAR_ONE + day(seconds) % CYCLE);
  }

  private static double year(long seconds) {
    return FIRST_YEAR + day(seconds) / CYCLE * 400 + (date(seconds).getYear() - 1);
  }
}
