package io.harvester.auth;

/** Whether a sender is let in. */
public sealed interface AuthDecision {

  /** It is this node. */
  record Granted(Identity identity) implements AuthDecision {}

  /** It showed nothing, and nothing is asked for. */
  record Anonymous() implements AuthDecision {}

  /** 401: it is certain that the credential opens nothing. */
  record Unauthorized(String message) implements AuthDecision {}

  /** 403: the credential is known, and shut out. */
  record Forbidden(String node, String message) implements AuthDecision {}

  /** 503: it cannot be known now. Never a 4xx, upon which senders drop their samples for good. */
  record Unknown(String message) implements AuthDecision {}
}
