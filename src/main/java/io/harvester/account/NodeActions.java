// SPDX-License-Identifier: Apache-2.0
package io.harvester.account;

import io.harvester.auth.AccessUnavailableException;
import io.harvester.auth.NodePattern;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/**
 * What admins do to nodes on the page: the same as the commands do, in the database. Each call is a
 * transaction with its row of the audit log, and blocks.
 */
public interface NodeActions {
  /**
   * Adds an enrolment key.
   *
   * @param uses how many nodes can enrol with it
   * @param reEnrol whether nodes that have a credential can enrol with it
   * @return when it expires
   */
  Instant addEnrolKey(
      Actor actor, byte[] key, int uses, Duration validity, boolean reEnrol, NodePattern nodes)
      throws ActionRefusedException, AccessUnavailableException;

  /** Adds a node with its first token. */
  void add(Actor actor, String node, byte[] token)
      throws ActionRefusedException, AccessUnavailableException;

  /** Adds a token to a node; the others expire after {@code overlap}. */
  void rotate(Actor actor, String node, byte[] token, Duration overlap)
      throws ActionRefusedException, AccessUnavailableException;

  /** Refuses all requests of a node, or admits it again. */
  void disable(Actor actor, String node, boolean disabled)
      throws ActionRefusedException, AccessUnavailableException;

  /** Sets tags of a node, then removes others. */
  void tag(Actor actor, String node, Map<String, String> set, Collection<String> removed)
      throws ActionRefusedException, AccessUnavailableException;

  /**
   * Writes a note.
   *
   * @param node null: about all nodes
   * @param kind "note" or "maintenance"
   */
  void note(Actor actor, String node, String kind, String text)
      throws ActionRefusedException, AccessUnavailableException;
}
