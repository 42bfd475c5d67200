// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import io.harvester.auth.EnrolmentStore.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exchanges enrolment keys for node tokens. Blocks, so not for an event loop. */
public final class Enrolment {
  private static final Logger LOG = LoggerFactory.getLogger(Enrolment.class);

  private final EnrolmentStore store;
  private final AttemptLimit attempts;

  /** Takes the store of keys and tokens, and the limit of failures per address. */
  public Enrolment(EnrolmentStore store, AttemptLimit attempts) {
    this.store = store;
    this.attempts = attempts;
  }

  /** The result of an attempt. */
  public sealed interface Outcome {}

  /** The node's token, which is shown only in this answer. */
  public record Enrolled(Secret token) implements Outcome {}

  /** The attempt is refused; {@code result} is never {@link Result#ENROLLED}. */
  public record Refused(Result result, String message) implements Outcome {}

  /** The address has failed too often. */
  public record TooManyAttempts(long retryAfterSeconds) implements Outcome {}

  /**
   * Exchanges a key for a token.
   *
   * @param node a valid node name
   * @param address of the client
   * @throws AccessUnavailableException if the database does not answer
   */
  public Outcome enrol(Secret key, String node, String address) throws AccessUnavailableException {
    long wait = attempts.secondsToWait(address);
    if (wait > 0) {
      return new TooManyAttempts(wait);
    }
    Secret token = Secret.newToken();
    Result result = store.enrol(key.hash(), node, token.hash(), address);
    if (result == Result.ENROLLED) {
      LOG.info("node={} enrolled from {}", node, address);
      return new Enrolled(token);
    }
    if (result == Result.KEY_REFUSED) {
      attempts.failed(address);
    }
    LOG.warn("node={} not enrolled from {}: {}", node, address, message(result, node));
    return new Refused(result, message(result, node));
  }

  private static String message(Result result, String node) {
    return switch (result) {
      case ENROLLED -> "enrolled";
      case KEY_REFUSED -> "the enrolment key is unknown, expired or used up";
      case NODE_REFUSED -> "the enrolment key is not for a node of this name";
      case ALREADY_ENROLLED ->
          "node "
              + node
              + " has, or had, a credential; a key made with --re-enrol can replace it, or the"
              + " operator runs: node rotate "
              + node;
    };
  }
}
