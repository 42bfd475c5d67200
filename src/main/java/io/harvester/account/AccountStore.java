// SPDX-License-Identifier: Apache-2.0
package io.harvester.account;

import io.harvester.auth.AccessUnavailableException;
import io.harvester.auth.Account;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The store of accounts and sessions: the database, so that a session is valid everywhere. */
public interface AccountStore {
  /**
   * An account with what a login needs.
   *
   * @param hash of its password
   */
  record Stored(int id, Account account, String hash, boolean disabled) {}

  /** The account of a session that has not ended, whose time without a request starts anew. */
  CompletionStage<Optional<Account>> session(byte[] token);

  /** An account that is not disabled. */
  CompletionStage<Optional<Account>> named(String name);

  /** An account, even if it is disabled. Blocks. */
  Optional<Stored> find(String name) throws AccessUnavailableException;

  /**
   * Starts a session, and writes an audit row. Blocks.
   *
   * @param token SHA-256 of the cookie
   * @return whether the account still has this password and is not disabled
   */
  boolean open(Stored login, byte[] token, String address) throws AccessUnavailableException;

  /** Ends a session, if there is one, and writes an audit row. Blocks. */
  void end(byte[] token, String address) throws AccessUnavailableException;

  /**
   * Writes an audit row about a failed login. Blocks.
   *
   * @param name of the account; empty: there is none of the name that was given
   */
  void failed(Optional<String> name, String address) throws AccessUnavailableException;
}
