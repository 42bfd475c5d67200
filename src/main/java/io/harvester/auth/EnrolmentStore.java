package io.harvester.auth;

/** Where an enrolment key is turned into a node's token: the database, in one transaction. */
@FunctionalInterface
public interface EnrolmentStore {
  /** What came of it. */
  enum Result {
    /** The token is the node's now, and one use of the key is gone. */
    ENROLLED,
    /** No such key, or expired, or used up. */
    KEY_REFUSED,
    /** The key is good, but not for a node of that name. */
    NODE_REFUSED,
    /** The node has or had a credential, or is disabled, and the key may not replace it. */
    ALREADY_ENROLLED
  }

  /**
   * Makes a token the node's, if the key allows it.
   *
   * @param key SHA-256 of the enrolment key
   * @param token SHA-256 of the token
   * @param address where the request came from, for the audit row
   * @throws AccessUnavailableException if nothing is done, or it is not known whether it is
   */
  Result enrol(byte[] key, String node, byte[] token, String address)
      throws AccessUnavailableException;
}
