// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import java.util.Optional;

/** What a sender presents to be admitted. */
public sealed interface Credential {

  /** No credential. */
  record Nothing() implements Credential {}

  /** Not a credential: an unknown scheme, a malformed header. */
  record Unreadable() implements Credential {}

  /**
   * A token.
   *
   * @param node the user of basic authentication: the node or reader that the token must belong to
   */
  record Token(Secret secret, Optional<String> node) implements Credential {}

  /**
   * A client certificate that the TLS layer has verified against the client CA.
   *
   * @param node the name that it certifies
   */
  record Certificate(String node) implements Credential {}
}
