package io.harvester.series;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;

/**
 * The identity of a series as the catalog keeps it.
 *
 * @param node value of the node label
 * @param metric the metric name
 * @param labels the other labels, sorted by name
 * @param fingerprint first 128 bits of SHA-256 over all of these, each length-prefixed; stable over
 *     processes and releases
 */
public record SeriesKey(String node, String metric, List<Label> labels, UUID fingerprint) {

  /** A label; neither part is empty. */
  public record Label(String name, String value) {}

  /** Makes the key of validated, sorted labels. */
  public static SeriesKey of(String node, String metric, List<Label> sorted) {
    MessageDigest sha256 = sha256();
    update(sha256, node);
    update(sha256, metric);
    for (Label label : sorted) {
      update(sha256, label.name());
      update(sha256, label.value());
    }
    ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
    return new SeriesKey(
        node, metric, List.copyOf(sorted), new UUID(digest.getLong(), digest.getLong()));
  }

  private static void update(MessageDigest digest, String s) {
    byte[] bytes = s.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
