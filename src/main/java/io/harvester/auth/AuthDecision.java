// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import java.util.List;

/** Whether a sender is admitted. */
public sealed interface AuthDecision {

  /** The sender is this node. */
  record Granted(Identity identity) implements AuthDecision {}

  /**
   * The credential is a reader's, which may query and not write.
   *
   * @param mayRead the nodes that it may read
   */
  record GrantedReader(String reader, List<NodePattern> mayRead) implements AuthDecision {}

  /** The client is a person who has logged in, or whom a reverse proxy names. It may not write. */
  record GrantedAccount(Account account) implements AuthDecision {}

  /** The sender presented no credential, and none is required. */
  record Anonymous() implements AuthDecision {}

  /** 401: the credential is certainly not valid. */
  record Unauthorized(String message) implements AuthDecision {}

  /** 403: the credential is valid, but its node is disabled. */
  record Forbidden(String node, String message) implements AuthDecision {}

  /** 503: the credential cannot be checked now. Not a 4xx: senders drop their samples upon one. */
  record Unavailable(String message) implements AuthDecision {}
}
