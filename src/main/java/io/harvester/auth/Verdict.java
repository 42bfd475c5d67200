package io.harvester.auth;

/** Whether a sender is let in. */
public sealed interface Verdict {

  /** It is this node. */
  record Granted(Identity identity) implements Verdict {}

  /** It showed nothing, and nothing is asked for. */
  record Anonymous() implements Verdict {}

  /** 401: it is certain that the credential opens nothing. */
  record Unauthorized(String message) implements Verdict {}

  /** 403: the credential is known, and shut out. */
  record Forbidden(String node, String message) implements Verdict {}

  /** 503: it cannot be known now. Never a 4xx, upon which senders drop their samples for good. */
  record Unknown(String message) implements Verdict {}
}
