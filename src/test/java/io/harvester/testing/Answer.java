// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpHeaders;
import java.util.Optional;

/** A response of the aggregator, with assertions. */
public record Answer(int status, HttpHeaders headers, String body) {
  private static final String WRITTEN = "X-Prometheus-Remote-Write-%s-Written";

  /** A header, or an empty string. */
  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /** Fails unless the status is {@code expected} and the body contains the fragment. */
  public Answer mustBe(int expected, String fragment) {
    assertEquals(expected, status, body);
    assertTrue(body.contains(fragment), () -> "\"" + fragment + "\" is not in: " + body);
    return this;
  }

  /** Fails unless the response is a 204 without body. */
  public Answer mustBeStored() {
    assertEquals(204, status, body);
    assertEquals("", body);
    return this;
  }

  /** Fails unless the response is a 503 with {@code Retry-After} and this fragment in the body. */
  public Answer mustAskToRetry(String fragment) {
    mustBe(503, fragment);
    assertTrue(Long.parseLong(header("Retry-After")) >= 1, "Retry-After is at least 1 s");
    return this;
  }

  /** Fails unless the three headers of 2.0 count this many samples, and nothing else. */
  public Answer mustHaveWritten(long samples) {
    assertEquals(Optional.of(Long.toString(samples)), written("Samples"), body);
    assertEquals(Optional.of("0"), written("Histograms"));
    assertEquals(Optional.of("0"), written("Exemplars"));
    return this;
  }

  /** Fails if the response has any of the three count headers of 2.0. */
  public Answer mustNotCount() {
    for (String kind : new String[] {"Samples", "Histograms", "Exemplars"}) {
      assertEquals(Optional.empty(), written(kind));
    }
    return this;
  }

  private Optional<String> written(String kind) {
    return headers.firstValue(WRITTEN.formatted(kind));
  }
}
