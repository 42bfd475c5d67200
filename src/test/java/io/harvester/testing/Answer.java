package io.harvester.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpHeaders;
import java.util.Optional;

/** What a server answered. */
public record Answer(int status, HttpHeaders headers, String body) {
  private static final String WRITTEN = "X-Prometheus-Remote-Write-%s-Written";

  /** A header, or an empty string. */
  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /** Fails unless the status is this and the body contains that. */
  public Answer mustBe(int expected, String fragment) {
    assertEquals(expected, status, body);
    assertTrue(body.contains(fragment), () -> "\"" + fragment + "\" is not in: " + body);
    return this;
  }

  /** Fails unless it is an empty 204. */
  public Answer mustBeStored() {
    assertEquals(204, status, body);
    assertEquals("", body);
    return this;
  }

  /** Fails unless it is a 503 that says when to come back. */
  public Answer mustAskToRetry(String fragment) {
    mustBe(503, fragment);
    assertTrue(Long.parseLong(header("Retry-After")) >= 1, "Retry-After of at least a second");
    return this;
  }

  /** Fails unless the three counts of 2.0 are there and are these. */
  public Answer mustHaveWritten(long samples) {
    assertEquals(Optional.of(Long.toString(samples)), written("Samples"), body);
    assertEquals(Optional.of("0"), written("Histograms"));
    assertEquals(Optional.of("0"), written("Exemplars"));
    return this;
  }

  /** Fails if any of the three counts of 2.0 is there. */
  public Answer mustNotCount() {
    for (String what : new String[] {"Samples", "Histograms", "Exemplars"}) {
      assertEquals(Optional.empty(), written(what));
    }
    return this;
  }

  private Optional<String> written(String what) {
    return headers.firstValue(WRITTEN.formatted(what));
  }
}
