package io.harvester.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The scanners against protobuf-java: both accept the same bytes, and read the same from them. The
 * seeds are fixed, so that a failure repeats.
 */
class DifferentialTest {
  private static final int MESSAGES = 3_000;

  /**
   * The one place where we differ from protobuf-java 4.36.2 on purpose: it takes a number's tenth
   * byte for the last one although it says that another follows, or refuses it as the format wants,
   * depending on how many bytes come after.
   */
  private static final String ELEVENTH_BYTE = "number of more than ten bytes";

  private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(1 << 20, 42);
  private final DecodedRequest request = new DecodedRequest();
  private final Random noise = new Random(7);
  private int accepted;

  @ParameterizedTest
  @EnumSource
  void random_messages_read_the_same(MessageVersion version) {
    MessageGenerator generator = new MessageGenerator(1);
    for (int i = 0; i < MESSAGES; i++) {
      compare(generator.next(version), version);
    }
    assertEquals(MESSAGES, accepted);
  }

  @ParameterizedTest
  @EnumSource
  void damaged_messages_read_the_same(MessageVersion version) {
    MessageGenerator generator = new MessageGenerator(2);
    for (int i = 0; i < MESSAGES; i++) {
      byte[] message = generator.next(version);
      for (int j = 0; j < 4; j++) {
        compare(generator.mutate(message), version);
      }
    }
    // Otherwise the damage would be too crude to tell anything.
    assertTrue(accepted > MESSAGES / 4, accepted + " accepted");
    assertTrue(accepted < MESSAGES * 4, accepted + " accepted");
  }

  @ParameterizedTest
  @EnumSource
  void messages_cut_at_every_byte_read_the_same(MessageVersion version) {
    MessageGenerator generator = new MessageGenerator(3);
    for (int i = 0; i < 20; i++) {
      byte[] message = generator.next(version);
      for (int length = 0; length < message.length; length++) {
        compare(Arrays.copyOf(message, length), version);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void every_byte_of_a_small_message_read_the_same_whatever_it_is(MessageVersion version) {
    MessageGenerator generator = new MessageGenerator(4);
    for (int i = 0; i < 2; i++) {
      byte[] message = Arrays.copyOf(generator.next(version), 60);
      for (int at = 0; at < message.length; at++) {
        for (int value = 0; value < 256; value++) {
          byte[] copy = message.clone();
          copy[at] = (byte) value;
          compare(copy, version);
        }
      }
    }
  }

  private void compare(byte[] message, MessageVersion version) {
    String expected = oracle(message, version);
    String actual = scan(message, version);
    if (actual.equals(ELEVENTH_BYTE)) {
      return;
    }
    assertEquals(expected, actual, () -> HexFormat.of().formatHex(message));
    accepted += expected.equals("refused") ? 0 : 1;
  }

  private static String oracle(byte[] message, MessageVersion version) {
    try {
      return Oracle.read(message, version);
    } catch (InvalidProtocolBufferException e) {
      return "refused";
    }
  }

  private String scan(byte[] message, MessageVersion version) {
    request.clear();
    request.version = version;
    request.ensureBody(message.length);
    System.arraycopy(message, 0, request.body, 0, message.length);
    // What follows the message must not matter.
    byte[] rest = new byte[Math.min(200, request.body.length - message.length)];
    noise.nextBytes(rest);
    System.arraycopy(rest, 0, request.body, message.length, rest.length);
    request.bodyLength = message.length;
    try {
      decoder.scan(request, 0);
      return Rendering.of(request);
    } catch (MalformedRequestException e) {
      return e.getMessage().endsWith(ELEVENTH_BYTE) ? ELEVENTH_BYTE : "refused";
    } catch (InvalidProtocolBufferException e) {
      return "refused";
    } catch (RequestTooLargeException e) {
      throw new AssertionError(e);
    }
  }
}
