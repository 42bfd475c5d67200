// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The store of credentials: the database. */
@FunctionalInterface
public interface AccessStore {
  /** A version that no state has. */
  long NO_VERSION = -1;

  /**
   * Reads the present state, unless the caller has it.
   *
   * @param knownVersion version of the state that the caller has, or {@link #NO_VERSION}
   * @return empty if that is the present version
   * @throws AccessUnavailableException if the database does not answer
   */
  Optional<State> loadIfChanged(long knownVersion) throws AccessUnavailableException;

  /**
   * One state of the credentials.
   *
   * @param version grows with every change
   * @param tokens those that are not revoked
   * @param nodes by name; only those that are not {@link NodeAccess#ORDINARY}
   * @param readers tokens that may read
   */
  record State(
      long version, List<Token> tokens, Map<String, NodeAccess> nodes, List<ReaderToken> readers) {
    /** A state without readers. */
    public State(long version, List<Token> tokens, Map<String, NodeAccess> nodes) {
      this(version, tokens, nodes, List.of());
    }
  }

  /**
   * A token that may read.
   *
   * @param reader the name of its holder
   * @param hash SHA-256 of the token
   * @param mayRead the nodes that it may read
   */
  record ReaderToken(String reader, byte[] hash, List<NodePattern> mayRead) {}

  /**
   * A token that is not revoked.
   *
   * @param node the node that it belongs to
   * @param hash SHA-256 of the token
   * @param expiresAt null: never
   */
  record Token(String node, byte[] hash, Instant expiresAt) {}

  /**
   * The access of one node.
   *
   * @param disabled whether all its requests are refused
   * @param mayWrite other nodes that it may write
   */
  record NodeAccess(boolean disabled, List<NodePattern> mayWrite) {
    /** The access of a node without settings of its own. */
    public static final NodeAccess ORDINARY = new NodeAccess(false, List.of());
  }
}
