// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.ingest.request.WriteOutcome;
import io.harvester.wire.MessageVersion;
import io.vertx.core.http.HttpServerResponse;

/**
 * The answer to a write request: the status of its outcome, and for 2.0 how much was written.
 * Source: Remote-Write 2.0, "Required Written Response Headers".
 */
final class WriteResponse {
  private static final String WRITTEN = "X-Prometheus-Remote-Write-%s-Written";
  private static final String SAMPLES = WRITTEN.formatted("Samples");
  private static final String HISTOGRAMS = WRITTEN.formatted("Histograms");
  private static final String EXEMPLARS = WRITTEN.formatted("Exemplars");

  private WriteResponse() {}

  /** Sends 204, 400, 403, 413 or 503. */
  static void send(HttpServerResponse response, MessageVersion version, WriteOutcome outcome) {
    if (version == MessageVersion.V2) {
      WriteOutcome.Written written = outcome.written();
      response
          .putHeader(SAMPLES, Long.toString(written.samples()))
          .putHeader(HISTOGRAMS, Long.toString(written.histograms()))
          .putHeader(EXEMPLARS, Long.toString(written.exemplars()));
    }
    if (outcome instanceof WriteOutcome.Stored) {
      response.setStatusCode(204).end();
    } else if (outcome instanceof WriteOutcome.PartlyRejected rejected) {
      Responses.text(response, 400, rejected.message());
    } else if (outcome instanceof WriteOutcome.Malformed malformed) {
      Responses.text(response, 400, malformed.message());
    } else if (outcome instanceof WriteOutcome.Forbidden forbidden) {
      Responses.text(response, 403, forbidden.message());
    } else if (outcome instanceof WriteOutcome.TooLarge tooLarge) {
      Responses.text(response, 413, tooLarge.message());
    } else if (outcome instanceof WriteOutcome.Unavailable unavailable) {
      Responses.unavailable(response, unavailable.message(), unavailable.retryAfter());
    } else {
      throw new IllegalStateException("no answer for " + outcome);
    }
  }
}
