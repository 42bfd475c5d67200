package io.harvester.auth;

import java.util.Optional;

/** What a sender shows to be let in. */
public sealed interface Credential {

  /** Nothing at all. */
  record Nothing() implements Credential {}

  /** Something that is no credential: an unknown scheme, a garbled header. */
  record Unreadable() implements Credential {}

  /**
   * A token.
   *
   * @param secret the token
   * @param node the user of basic authentication: whose token it must be
   */
  record Token(Secret secret, Optional<String> node) implements Credential {}

  /**
   * A client certificate that the TLS layer has verified against the client CA.
   *
   * @param node the name it certifies
   */
  record Certificate(String node) implements Credential {}
}
