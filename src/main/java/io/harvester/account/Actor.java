// SPDX-License-Identifier: Apache-2.0
package io.harvester.account;

/**
 * Who changes something, for the audit log.
 *
 * @param name of the account; null: the database role
 * @param address of the client; null: the change does not come over HTTP
 */
public record Actor(String name, String address) {
  /** The operator who runs a command. */
  public static final Actor OPERATOR = new Actor(null, null);
}
