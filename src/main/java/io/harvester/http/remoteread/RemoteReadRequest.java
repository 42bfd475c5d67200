// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.remoteread;

import com.google.protobuf.InvalidProtocolBufferException;
import io.harvester.proto.read.LabelMatcher;
import io.harvester.proto.read.ReadRequest;
import io.harvester.proto.read.ReadRequest.ResponseType;
import io.harvester.read.Matcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.xerial.snappy.Snappy;

/**
 * The question of a Prometheus.
 *
 * @param streamed whether it wants XOR chunks
 * @param samples whether it takes samples, too
 */
public record RemoteReadRequest(List<Query> queries, boolean streamed, boolean samples) {
  private static final int MAX_BYTES = 16 << 20;

  /** A selector and a span of time, ms since the epoch, both ends included. */
  public record Query(List<Matcher> matchers, long from, long to) {}

  /**
   * Parses a body.
   *
   * @param body a block of snappy
   */
  public static RemoteReadRequest parse(byte[] body, int length) throws RemoteReadException {
    ReadRequest request;
    try {
      byte[] block = Arrays.copyOf(body, length);
      int size = Snappy.uncompressedLength(block);
      if (size > MAX_BYTES) {
        throw new RemoteReadException(
            "the request has %d bytes; the limit is %d".formatted(size, MAX_BYTES));
      }
      request = ReadRequest.parseFrom(Snappy.uncompress(block));
    } catch (InvalidProtocolBufferException e) {
      throw new RemoteReadException("the body is no prometheus.ReadRequest: " + e.getMessage());
    } catch (IOException e) {
      throw new RemoteReadException("the body is no snappy block: " + e.getMessage());
    }
    List<Query> queries = new ArrayList<>();
    for (io.harvester.proto.read.Query query : request.getQueriesList()) {
      List<Matcher> matchers = new ArrayList<>();
      for (LabelMatcher matcher : query.getMatchersList()) {
        matchers.add(matcher(matcher));
      }
      queries.add(new Query(matchers, query.getStartTimestampMs(), query.getEndTimestampMs()));
    }
    List<ResponseType> accepted = request.getAcceptedResponseTypesList();
    ResponseType first =
        accepted.stream()
            .filter(type -> type != ResponseType.UNRECOGNIZED)
            .findFirst()
            .orElse(ResponseType.SAMPLES);
    return new RemoteReadRequest(
        queries,
        first == ResponseType.STREAMED_XOR_CHUNKS,
        accepted.isEmpty() || accepted.contains(ResponseType.SAMPLES));
  }

  private static Matcher matcher(LabelMatcher matcher) throws RemoteReadException {
    Matcher.Type type =
        switch (matcher.getType()) {
          case EQ -> Matcher.Type.EQUAL;
          case NEQ -> Matcher.Type.NOT_EQUAL;
          case RE -> Matcher.Type.REGEX;
          case NRE -> Matcher.Type.NOT_REGEX;
          case UNRECOGNIZED -> throw new RemoteReadException("unknown type of matcher");
        };
    try {
      return Matcher.of(type, matcher.getName(), matcher.getValue());
    } catch (IllegalArgumentException e) {
      throw new RemoteReadException(e.getMessage());
    }
  }
}
