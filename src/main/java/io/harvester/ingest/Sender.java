package io.harvester.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Predicate;

/**
 * On whose behalf a request comes.
 *
 * @param node the node of series that have no node label
 * @param scope what keeps such series apart from another sender's in the cache
 * @param known whether the sender proved who it is; else many may share this name
 * @param mayWrite which nodes' samples it may send
 */
public record Sender(String node, long scope, boolean known, Predicate<String> mayWrite) {

  /** A sender that showed a credential of this node. */
  public static Sender of(String node, Predicate<String> mayWrite) {
    return new Sender(node, scopeOf(node), true, mayWrite);
  }

  /** Somebody: the node is what the settings say, and every node may be written. */
  public static Sender anonymous(String node) {
    return new Sender(node, scopeOf(node), false, name -> true);
  }

  /** {@code String.hashCode} would not do: colliding node names are easily made up. */
  private static long scopeOf(String node) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return ByteBuffer.wrap(sha256.digest(node.getBytes(StandardCharsets.UTF_8))).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
