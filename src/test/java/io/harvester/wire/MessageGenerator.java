// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import java.util.Arrays;
import java.util.Random;

/**
 * Random messages of both versions, similar to those of real senders and with cases in which a
 * hand-written scanner might fail: fields duplicate, out of order, missing, unknown, packed in
 * several runs.
 */
final class MessageGenerator {
  private static final String[] NAMES = {"__name__", "instance", "job", "node", "cpu", "", "x"};
  private static final long[] BITS = {
    0,
    1L << 63,
    0x7FF0000000000002L, // the stale marker
    0x7FF8000000000001L,
    0xFFF4000000000123L, // a signalling NaN with a payload
    0x7FF0000000000000L,
    0xFFF0000000000000L,
    0x3FF0000000000000L,
    0xFFFFFFFFFFFFFFFFL,
  };

  private final Random random;

  MessageGenerator(long seed) {
    random = new Random(seed);
  }

  byte[] next(MessageVersion version) {
    return WireWriter.message(
        out -> {
          switch (version) {
            case V1 -> writeRequest(out);
            case V2 -> request(out);
          }
        });
  }

  /** Damages a message: flips, inserts, deletes, cuts or copies some of its bytes. */
  byte[] mutate(byte[] message) {
    byte[] bytes = message;
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes = damage(bytes);
    }
    return bytes;
  }

  private byte[] damage(byte[] in) {
    int at = random.nextInt(in.length + 1);
    int to = Math.min(in.length, at + random.nextInt(12));
    WireWriter out = new WireWriter();
    switch (random.nextInt(5)) {
      case 0 -> out.raw(Arrays.copyOf(in, at));
      case 1 -> out.raw(range(in, 0, at)).raw(range(in, to, in.length));
      case 2 -> out.raw(range(in, 0, to)).raw(range(in, at, in.length));
      case 3 -> {
        byte[] noise = new byte[random.nextInt(4)];
        random.nextBytes(noise);
        out.raw(range(in, 0, at)).raw(noise).raw(range(in, at, in.length));
      }
      default -> {
        byte[] copy = in.clone();
        if (at < copy.length) {
          copy[at] ^= (byte) (1 << random.nextInt(8));
        }
        out.raw(copy);
      }
    }
    return out.toBytes();
  }

  private static byte[] range(byte[] in, int from, int to) {
    return Arrays.copyOfRange(in, from, to);
  }

  private void writeRequest(WireWriter out) {
    repeat(6, () -> out.message(1, this::v1Series));
    repeat(2, () -> out.message(3, this::v1Metadata));
    maybe(4, () -> unknown(out, 0));
    repeat(2, () -> out.message(1, this::v1Series));
  }

  private void v1Series(WireWriter out) {
    repeat(5, () -> out.message(1, this::label));
    maybe(4, () -> unknown(out, 1));
    repeat(3, () -> out.message(2, s -> sample(s, false)));
    maybe(4, () -> out.message(3, this::v1Exemplar));
    maybe(4, () -> out.message(4, this::histogram));
    maybe(4, () -> out.message(1, this::label));
    maybe(4, () -> out.message(2, s -> sample(s, false)));
  }

  private void label(WireWriter out) {
    maybe(10, () -> out.string(2, value()));
    out.string(1, NAMES[random.nextInt(NAMES.length)]);
    likely(() -> out.string(2, value()));
    maybe(10, () -> unknown(out, 2));
    maybe(10, () -> out.string(1, value()));
  }

  private void v1Exemplar(WireWriter out) {
    repeat(3, () -> out.message(1, this::label));
    likely(() -> out.fixed64(2, bits()));
    likely(() -> out.varint(3, time()));
    maybe(6, () -> unknown(out, 2));
  }

  private void v1Metadata(WireWriter out) {
    likely(() -> out.varint(1, random.nextInt(9)));
    likely(() -> out.string(2, value()));
    likely(() -> out.string(4, value()));
    maybe(2, () -> out.string(5, value()));
  }

  private void request(WireWriter out) {
    maybe(6, () -> out.message(5, this::v2Series));
    repeat(20, () -> out.string(4, random.nextBoolean() ? value() : "__name__"));
    repeat(6, () -> out.message(5, this::v2Series));
    maybe(4, () -> unknown(out, 0));
    repeat(10, () -> out.string(4, value()));
    repeat(2, () -> out.message(5, this::v2Series));
  }

  private void v2Series(WireWriter out) {
    likely(() -> packedRefs(out));
    maybe(4, () -> unknown(out, 1));
    maybe(4, () -> out.varint(1, ref()).varint(1, ref()));
    repeat(3, () -> out.message(2, s -> sample(s, true)));
    maybe(6, () -> out.message(3, this::histogram));
    maybe(4, () -> out.message(4, this::v2Exemplar));
    maybe(2, () -> out.message(5, this::v2Metadata));
    maybe(10, () -> out.message(5, this::v2Metadata));
    maybe(6, () -> out.varint(6, time()));
    maybe(6, () -> packedRefs(out));
  }

  private void packedRefs(WireWriter out) {
    out.message(1, refs -> repeat(5, () -> refs.number(ref()).number(ref())));
    maybe(20, () -> out.message(1, refs -> refs.number(ref())));
  }

  private long ref() {
    return switch (random.nextInt(60)) {
      case 0 -> random.nextLong();
      case 1 -> 200;
      default -> random.nextInt(12);
    };
  }

  private void v2Exemplar(WireWriter out) {
    maybe(2, () -> packedRefs(out));
    maybe(6, () -> out.varint(1, ref()));
    likely(() -> out.fixed64(2, bits()));
    likely(() -> out.varint(3, time()));
  }

  private void v2Metadata(WireWriter out) {
    likely(() -> out.varint(1, random.nextInt(9)));
    likely(() -> out.varint(3, ref()));
    maybe(2, () -> out.varint(4, ref()));
    maybe(10, () -> unknown(out, 2));
  }

  private void sample(WireWriter out, boolean v2) {
    maybe(10, () -> out.varint(2, time()));
    likely(() -> out.fixed64(1, bits()));
    likely(() -> out.varint(2, time()));
    maybe(v2 ? 2 : 20, () -> out.varint(3, time()));
    maybe(20, () -> unknown(out, 2));
    maybe(20, () -> out.fixed64(1, bits()));
  }

  private void histogram(WireWriter out) {
    out.varint(1, random.nextInt(100)).fixed64(3, bits()).varint(4, random.nextInt(10));
    maybe(2, () -> out.message(11, span -> span.varint(1, 2).varint(2, 3)));
    maybe(2, () -> out.message(12, deltas -> deltas.number(2).number(3).number(1)));
    maybe(4, () -> out.message(13, counts -> counts.raw(new byte[8])));
    likely(() -> out.varint(15, time()));
    maybe(10, () -> unknown(out, 2));
  }

  /** A field of a later version of the protocol, of any wire type, groups included. */
  private void unknown(WireWriter out, int depth) {
    int field = 100 + random.nextInt(3);
    switch (random.nextInt(depth > 4 ? 4 : 6)) {
      case 0 -> out.varint(field, random.nextLong());
      case 1 -> out.fixed64(field, bits());
      case 2 -> out.fixed32(field, random.nextInt());
      case 3 -> out.string(field, value());
      case 4 -> out.tag(field, WireReader.VARINT).number(random.nextInt(), 10);
      default -> {
        out.tag(field, WireReader.START_GROUP);
        repeat(2, () -> unknown(out, depth + 1));
        out.tag(field, WireReader.END_GROUP);
      }
    }
  }

  private String value() {
    return switch (random.nextInt(12)) {
      case 0 -> "";
      case 1 -> "é∑\uD83D\uDE00";
      case 2 -> "v".repeat(random.nextInt(300));
      default -> "value-" + random.nextInt(20);
    };
  }

  private long bits() {
    return BITS[random.nextInt(BITS.length)];
  }

  private long time() {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextLong();
      case 1 -> random.nextInt(200) - 100;
      case 2 -> random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE;
      default -> 1_700_000_000_000L + random.nextInt(100_000);
    };
  }

  private void repeat(int max, Runnable what) {
    for (int i = random.nextInt(max + 1); i > 0; i--) {
      what.run();
    }
  }

  private void likely(Runnable what) {
    if (random.nextInt(8) > 0) {
      what.run();
    }
  }

  private void maybe(int oneIn, Runnable what) {
    if (random.nextInt(oneIn) == 0) {
      what.run();
    }
  }
}
