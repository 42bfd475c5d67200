// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

/** Exchanges an enrolment key for a node's token: the database, in one transaction. */
@FunctionalInterface
public interface EnrolmentStore {
  /** The result of an attempt. */
  enum Result {
    /** The node has the token, and the key one use less. */
    ENROLLED,
    /** The key is unknown, expired or used up. */
    KEY_REFUSED,
    /** The key is valid, but not for a node of that name. */
    NODE_REFUSED,
    /** The node has or had a credential, or is disabled, and the key must not replace it. */
    ALREADY_ENROLLED
  }

  /**
   * Gives a token to a node, if the key permits it.
   *
   * @param key SHA-256 of the enrolment key
   * @param token SHA-256 of the token
   * @param address of the client, for the audit row
   * @throws AccessUnavailableException if nothing was changed, or that is unknown
   */
  Result enrol(byte[] key, String node, byte[] token, String address)
      throws AccessUnavailableException;
}
