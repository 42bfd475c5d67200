package io.harvester.auth;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where credentials are kept: the database. */
@FunctionalInterface
public interface AccessStore {
  /** No state has this version. */
  long NO_VERSION = -1;

  /**
   * The present state, unless it is the one that is known.
   *
   * @param knownVersion version of the state at hand, or {@link #NO_VERSION}
   * @throws AccessUnavailableException if the database cannot be asked
   */
  Optional<State> loadIfChanged(long knownVersion) throws AccessUnavailableException;

  /** Everything there is to know; {@code nodes} by name, only those that differ from defaults. */
  record State(long version, List<Token> tokens, Map<String, NodeAccess> nodes) {}

  /**
   * A token that is not revoked.
   *
   * @param node whose it is
   * @param hash SHA-256 of the token
   * @param expiresAt null: never
   */
  record Token(String node, byte[] hash, Instant expiresAt) {}

  /**
   * What sets a node apart.
   *
   * @param disabled nothing of the node is let in
   * @param mayWrite foreign nodes it may write
   */
  record NodeAccess(boolean disabled, List<NodePattern> mayWrite) {
    /** An ordinary node. */
    public static final NodeAccess ORDINARY = new NodeAccess(false, List.of());
  }
}
