// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import io.harvester.auth.AccessStore.NodeAccess;
import io.harvester.auth.AccessStore.ReaderToken;
import io.harvester.auth.AccessStore.State;
import io.harvester.auth.AccessStore.Token;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One state of the credentials, for the hot path: no I/O, no lock. Immutable.
 *
 * <p>Tokens are found by their hash, so the time of a lookup reveals nothing about a token. The
 * final comparison takes constant time, too.
 */
final class Credentials {
  /** The state before the first reading. */
  static final Credentials NONE =
      new Credentials(new State(AccessStore.NO_VERSION, List.of(), Map.of()), Clock.systemUTC());

  private final long version;
  private final Map<Long, List<Token>> byHash = new HashMap<>();
  private final Map<Long, List<ReaderToken>> readersByHash = new HashMap<>();
  private final Map<String, NodeAccess> nodes;
  private final int size;
  private final Clock clock;

  Credentials(State state, Clock clock) {
    this.version = state.version();
    this.nodes = state.nodes();
    this.size = state.tokens().size();
    this.clock = clock;
    for (Token token : state.tokens()) {
      byHash.computeIfAbsent(key(token.hash()), k -> new ArrayList<>(1)).add(token);
    }
    for (ReaderToken token : state.readers()) {
      readersByHash.computeIfAbsent(key(token.hash()), k -> new ArrayList<>(1)).add(token);
    }
  }

  private static long key(byte[] hash) {
    return ByteBuffer.wrap(hash).getLong();
  }

  long version() {
    return version;
  }

  int size() {
    return size;
  }

  /** Decides on a token; empty: this state has no such token. */
  Optional<AuthDecision> check(Credential.Token presented) {
    byte[] hash = presented.secret().hash();
    Token found = null;
    for (Token token : byHash.getOrDefault(key(hash), List.of())) {
      if (MessageDigest.isEqual(token.hash(), hash)) {
        found = token;
      }
    }
    if (found == null) {
      return checkReader(presented, hash);
    }
    if (found.expiresAt() != null && !clock.instant().isBefore(found.expiresAt())) {
      return Optional.of(
          new AuthDecision.Unauthorized("the token of " + found.node() + " has expired"));
    }
    if (presented.node().isPresent() && !presented.node().get().equals(found.node())) {
      return Optional.of(
          new AuthDecision.Unauthorized(
              "the password is not a token of the node that the user names"));
    }
    return Optional.of(grant(found.node()));
  }

  private Optional<AuthDecision> checkReader(Credential.Token presented, byte[] hash) {
    for (ReaderToken token : readersByHash.getOrDefault(key(hash), List.of())) {
      if (MessageDigest.isEqual(token.hash(), hash)) {
        return Optional.of(
            presented.node().isPresent() && !presented.node().get().equals(token.reader())
                ? new AuthDecision.Unauthorized(
                    "the password is not a token of the reader that the user names")
                : new AuthDecision.GrantedReader(token.reader(), token.mayRead()));
      }
    }
    return Optional.empty();
  }

  /** Decides on a node whose identity is proven. */
  AuthDecision grant(String node) {
    NodeAccess access = nodes.getOrDefault(node, NodeAccess.ORDINARY);
    return access.disabled()
        ? new AuthDecision.Forbidden(node, "node " + node + " is disabled")
        : new AuthDecision.Granted(new Identity(node, access.mayWrite()));
  }
}
