// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** A complete HTTP request whose values and times can be overwritten in place. */
public final class RequestTemplate {
  private static final long MIN_TIME = 1L << 35;
  private static final long MAX_TIME = 1L << 42;

  private final byte[] request;
  private final int bodyStart;
  private final int[] valueAt;
  private final int[] timeAt;

  /** Encodes and compresses a request. */
  public RequestTemplate(Protocol protocol, URI url, List<Protocol.OpenSeries> series) {
    MessageBuilder message = protocol.encode(series);
    SnappyTemplate snappy = SnappyTemplate.compress(message);
    byte[] body = snappy.bytes();
    byte[] head = head(protocol, url, body.length);
    request = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, request, head.length, body.length);
    bodyStart = head.length;
    valueAt = snappy.valueAt;
    timeAt = Arrays.copyOf(snappy.timeAt, snappy.timeBytes * 2);
  }

  /** Head and body; the setters overwrite this array. */
  public byte[] request() {
    return request;
  }

  /** A copy of the compressed body. */
  byte[] body() {
    return Arrays.copyOfRange(request, bodyStart, request.length);
  }

  /** Sets a value by its index, in the order of the request. */
  public void setValue(int index, long bits) {
    int at = bodyStart + valueAt[index];
    for (int k = 0; k < 8; k++) {
      request[at + k] = (byte) (bits >>> (8 * k));
    }
  }

  /** Sets the time of every sample of a slot, in milliseconds since the epoch. */
  public void setTime(int slot, long time) {
    if (time < MIN_TIME || time >= MAX_TIME) {
      throw new IllegalArgumentException("time " + time + " ms is not between 1971 and 2109");
    }
    for (int i = 0; i < timeAt.length; i += 2) {
      int k = timeAt[i + 1] & 7;
      if (timeAt[i + 1] >> 3 == slot) {
        int continuation = k == MessageBuilder.TIME_BYTES - 1 ? 0 : 0x80;
        request[bodyStart + timeAt[i]] = (byte) (((time >>> (7 * k)) & 0x7F) | continuation);
      }
    }
  }

  /** From {@code http://user:password@…}; the aggregator accepts a token as the password. */
  private static String authorization(URI url) {
    return url.getUserInfo() == null
        ? ""
        : "\r\nAuthorization: Basic "
            + Base64.getEncoder()
                .encodeToString(url.getUserInfo().getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] head(Protocol protocol, URI url, int bodyLength) {
    return ("POST "
            + url.getRawPath()
            + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery())
            + " HTTP/1.1\r\nHost: "
            + url.getHost()
            + ":"
            + url.getPort()
            + authorization(url)
            + "\r\nUser-Agent: harvester-bench\r\nContent-Type: "
            + protocol.contentType
            + "\r\nContent-Encoding: snappy\r\nX-Prometheus-Remote-Write-Version: "
            + protocol.versionHeader
            + "\r\nContent-Length: "
            + bodyLength
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
