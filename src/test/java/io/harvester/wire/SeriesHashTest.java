// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import static io.harvester.wire.MessageVersion.V1;
import static io.harvester.wire.MessageVersion.V2;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/** Two series share a hash if and only if they have the same labels in the same order. */
class SeriesHashTest {
  private static final List<List<String>> LABELS =
      List.of(
          List.of(),
          List.of("", ""),
          List.of("a", ""),
          List.of("", "a"),
          List.of("a", "bc"),
          List.of("ab", "c"),
          List.of("a", "b", "c", "d"),
          List.of("c", "d", "a", "b"),
          List.of("a", "d", "c", "b"),
          List.of("b", "a", "c", "d"),
          List.of("a", "b", "a", "b"),
          List.of("a", "b", "a", "b", "a", "b"),
          List.of("a", "b\0"),
          List.of("a", "b\0\0"));

  private final DecodedRequest request = new DecodedRequest();

  private record Hash(long high, long low) {}

  @Test
  void different_labels_have_different_hashes() throws Exception {
    for (MessageVersion version : MessageVersion.values()) {
      Set<Hash> seen = new HashSet<>();
      for (List<String> labels : LABELS) {
        assertTrue(seen.add(version == V1 ? v1(labels, 0) : v2(labels, 0)), labels::toString);
      }
    }
  }

  @Test
  void same_labels_have_the_same_hash_in_every_request() throws Exception {
    for (List<String> labels : LABELS) {
      assertEquals(v1(labels, 0), v1(labels, 0));
      assertEquals(v2(labels, 0), v2(labels, 300));
    }
  }

  @Test
  void v2_references_may_be_packed_or_not() throws Exception {
    Hash packed =
        hash(V2, 0, m -> symbols(m).message(5, s -> s.message(1, r -> r.raw(refs(1, 2, 3, 4)))));
    Hash single =
        hash(
            V2,
            0,
            m -> symbols(m).message(5, s -> s.varint(1, 1).varint(1, 2).varint(1, 3).varint(1, 4)));
    Hash mixed =
        hash(
            V2,
            0,
            m ->
                symbols(m)
                    .message(
                        5,
                        s ->
                            s.message(1, r -> r.raw(refs(1)))
                                .message(2, sample -> sample.varint(2, 9))
                                .varint(1, 2)
                                .message(1, r -> r.raw(refs(3, 4)))));
    assertEquals(packed, single);
    assertEquals(packed, mixed);
  }

  @Test
  void v2_symbols_may_come_last_and_twice() throws Exception {
    Consumer<WireWriter> series = s -> s.message(1, r -> r.raw(refs(1, 2)));
    Hash first = hash(V2, 0, m -> symbols(m).message(5, series));
    Hash last = hash(V2, 0, m -> symbols(m.message(5, series)));
    Hash twice =
        hash(V2, 0, m -> symbols(symbols(m)).message(5, s -> s.message(1, r -> r.raw(refs(6, 2)))));
    assertEquals(first, last);
    assertEquals(first, twice);
  }

  @Test
  void scope_and_seed_matter() throws Exception {
    for (MessageVersion version : MessageVersion.values()) {
      Consumer<WireWriter> message = m -> symbols(m).message(version == V1 ? 1 : 5, s -> {});
      assertNotEquals(hash(version, 0, message), hash(version, 1, message));
      Hash here = hash(version, 0, message);
      decode(new RemoteWriteDecoder(1000, 2), version, 0, message);
      assertNotEquals(here, new Hash(request.hashHigh[0], request.hashLow[0]));
    }
  }

  private Hash v1(List<String> labels, long scope) throws Exception {
    return hash(
        V1,
        scope,
        message ->
            message.message(
                1,
                series -> {
                  for (int i = 0; i < labels.size(); i += 2) {
                    String name = labels.get(i);
                    String value = labels.get(i + 1);
                    series.message(1, label -> label.string(1, name).string(2, value));
                  }
                }));
  }

  /** Adds a number of other symbols before those of the labels. */
  private Hash v2(List<String> labels, int others) throws Exception {
    return hash(
        V2,
        0,
        message -> {
          for (int i = 0; i < others; i++) {
            message.string(4, "other" + i);
          }
          labels.forEach(text -> message.string(4, text));
          message.message(
              5,
              series ->
                  series.message(
                      1,
                      refs -> {
                        for (int i = 0; i < labels.size(); i++) {
                          refs.number(others + i);
                        }
                      }));
        });
  }

  private static WireWriter symbols(WireWriter out) {
    return out.string(4, "").string(4, "a").string(4, "b").string(4, "c").string(4, "d");
  }

  private static byte[] refs(int... refs) {
    return WireWriter.message(
        out -> {
          for (int ref : refs) {
            out.number(ref);
          }
        });
  }

  private Hash hash(MessageVersion version, long scope, Consumer<WireWriter> message)
      throws Exception {
    decode(new RemoteWriteDecoder(1 << 20, 1), version, scope, message);
    assertEquals(1, request.seriesCount);
    return new Hash(request.hashHigh[0], request.hashLow[0]);
  }

  private void decode(
      RemoteWriteDecoder decoder, MessageVersion version, long scope, Consumer<WireWriter> message)
      throws Exception {
    byte[] body = Snappy.compress(WireWriter.message(message));
    decoder.decode(body, body.length, version, scope, request);
  }
}
