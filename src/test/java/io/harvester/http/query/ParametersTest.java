// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected numbers and errors are those of Prometheus 3.5.3 (web/api/v1/api.go). */
class ParametersTest {
  private static Parameters of(String name, String value) {
    return new Parameters(MultiMap.caseInsensitiveMultiMap().add(name, value));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1435781451.781, 1435781451781",
    "1435781451.7814, 1435781451781",
    "-1.5, -1500",
    "1e9, 1000000000000",
    "2015-06-03T13:21:58.555Z, 1433337718555",
    "2015-06-03T14:21:58.555+01:00, 1433337718555",
    "2015-06-03T13:21:58Z, 1433337718000",
  })
  void times_are_seconds_or_rfc_3339(String text, long millis) throws ApiException {
    assertEquals(millis, of("time", text).time("time"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "foo.123", "NaN", "Inf", "0x10", "1d", "30s", "1 "})
  void other_times_are_refused(String text) {
    ApiException e = assertThrows(ApiException.class, () -> of("start", text).time("start"));
    assertEquals(
        "invalid parameter \"start\": cannot parse \"" + text + "\" to a valid timestamp",
        e.getMessage());
    assertEquals(400, e.type().status());
  }

  @Test
  void an_optional_time_has_a_default() throws ApiException {
    assertEquals(7, of("other", "1").time("time", 7));
    ApiException e = assertThrows(ApiException.class, () -> of("time", "x").time("time", 7));
    assertEquals(
        "invalid parameter \"time\": invalid time value for 'time': cannot parse \"x\" to a valid"
            + " timestamp",
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "15, 15000",
    "0.5, 500",
    "-1, -1000",
    "0, 0",
    "1m, 60000",
    "1h30m, 5400000",
    "1d2h, 93600000",
    "1y, 31536000000",
    "100ms, 100",
  })
  void durations_are_seconds_or_have_units(String text, long millis) throws ApiException {
    assertEquals(millis, of("step", text).duration("step"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1m1h", "1.5m", "-1m", "1 m", "99999999999999999999y", "NaN"})
  void other_durations_are_refused(String text) {
    ApiException e = assertThrows(ApiException.class, () -> of("step", text).duration("step"));
    assertEquals(
        "invalid parameter \"step\": cannot parse \"" + text + "\" to a valid duration",
        e.getMessage());
  }

  @Test
  void a_duration_beyond_292_years_is_refused() {
    ApiException e = assertThrows(ApiException.class, () -> of("step", "1e10").duration("step"));
    assertEquals(
        "invalid parameter \"step\": cannot parse \"1e10\" to a valid duration. It overflows int64",
        e.getMessage());
  }

  @Test
  void limits_are_whole_numbers() throws ApiException {
    assertEquals(0, of("other", "").limit());
    assertEquals(12, of("limit", "12").limit());
    assertEquals(
        "invalid parameter \"limit\": limit must be non-negative",
        assertThrows(ApiException.class, () -> of("limit", "-1").limit()).getMessage());
    assertEquals(
        "invalid parameter \"limit\": strconv.Atoi: parsing \"x\": invalid syntax",
        assertThrows(ApiException.class, () -> of("limit", "x").limit()).getMessage());
  }
}
