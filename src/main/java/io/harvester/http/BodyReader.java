// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.ingest.request.Admission;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;

/**
 * Reads one body into memory: bounded in size, in time, and by the memory that {@link Admission}
 * has left. Memory is reserved as bytes arrive and not by the Content-Length header, which costs
 * the sender nothing.
 */
public final class BodyReader {
  private static final int FIRST_BYTES = 16 * 1024;

  private final Admission.Ticket ticket;
  private final Bounds bounds;
  private final Listener listener;
  private byte[] body = new byte[0];
  private int length;
  private long timer;
  private boolean done;
  private final Vertx vertx;

  /**
   * The bounds of a body.
   *
   * @param bytes its maximal size
   * @param reason the setting of that size, for the message of a refusal
   * @param millis time for all of it to arrive
   */
  public record Bounds(long bytes, String reason, long millis) {}

  /** One of its methods is called, once, on the request's event loop. */
  public interface Listener {
    /** The whole body has arrived. */
    void complete(byte[] body, int length);

    /** The body is refused. Its rest remains unread, so the connection must be closed. */
    void refused(int status, String message);

    /** The sender closed the connection, so there is no one to answer. */
    void gone();
  }

  private BodyReader(Vertx vertx, Admission.Ticket ticket, Bounds bounds, Listener listener) {
    this.vertx = vertx;
    this.ticket = ticket;
    this.bounds = bounds;
    this.listener = listener;
  }

  /** Reads the body of a request, whose place the listener gives back. */
  public static void read(
      Vertx vertx,
      HttpServerRequest request,
      Admission.Ticket ticket,
      Bounds bounds,
      Listener listener) {
    BodyReader reader = new BodyReader(vertx, ticket, bounds, listener);
    long declared = declaredLength(request);
    if (declared > bounds.bytes()) {
      reader.refuse(413, reader.tooLarge(declared + " bytes"));
      return;
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue();
    }
    reader.timer =
        vertx.setTimer(
            bounds.millis(),
            t ->
                reader.refuse( // not 408: senders drop their samples upon any 4xx
                    503,
                    "the body did not arrive within "
                        + bounds.millis() / 1000
                        + " s (HARVESTER_REQUEST_TIMEOUT)"));
    request.handler(reader::chunk);
    request.endHandler(v -> reader.complete());
    request.exceptionHandler(e -> reader.gone());
  }

  private static long declaredLength(HttpServerRequest request) {
    String header = request.getHeader("Content-Length");
    try {
      return header == null ? 0 : Long.parseLong(header.strip());
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE; // cannot happen: Netty refuses such a request
    }
  }

  private String tooLarge(String size) {
    return "the body has "
        + size
        + "; the limit is "
        + bounds.bytes()
        + " ("
        + bounds.reason()
        + ")";
  }

  private void chunk(Buffer chunk) {
    if (done) {
      return;
    }
    int more = chunk.length();
    if (length + (long) more > bounds.bytes()) {
      refuse(413, tooLarge("more than " + length + " bytes"));
      return;
    }
    if (length + more > body.length && !grow(length + more)) {
      refuse(503, "no memory for the body (HARVESTER_MAX_BYTES_IN_FLIGHT)");
      return;
    }
    chunk.getBytes(body, length);
    length += more;
  }

  private boolean grow(int need) {
    int size =
        (int) Math.min(bounds.bytes(), Math.max(need, Math.max(FIRST_BYTES, body.length * 2L)));
    if (!ticket.reserve(size - body.length)) {
      return false;
    }
    body = Arrays.copyOf(body, size);
    return true;
  }

  private void complete() {
    if (finish()) {
      listener.complete(body, length);
    }
  }

  private void refuse(int status, String message) {
    if (finish()) {
      listener.refused(status, message);
    }
  }

  private void gone() {
    if (finish()) {
      listener.gone();
    }
  }

  private boolean finish() {
    if (done) {
      return false;
    }
    done = true;
    vertx.cancelTimer(timer);
    return true;
  }
}
