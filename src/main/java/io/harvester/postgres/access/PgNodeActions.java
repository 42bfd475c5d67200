// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.access;

import io.harvester.account.ActionRefusedException;
import io.harvester.account.Actor;
import io.harvester.account.NodeActions;
import io.harvester.auth.AccessUnavailableException;
import io.harvester.auth.NodePattern;
import io.harvester.postgres.access.NodeAdmin.RefusedException;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Does what the operator's commands do, each on a connection of its own. */
public final class PgNodeActions implements NodeActions {
  private final Jdbc jdbc;

  /** Opens a connection for each action. */
  public PgNodeActions(Jdbc jdbc) {
    this.jdbc = jdbc;
  }

  /** An action. */
  @FunctionalInterface
  private interface Action<A> {
    void run(A admin) throws SQLException, RefusedException;
  }

  @Override
  public Instant addEnrolKey(
      Actor actor, byte[] key, int uses, Duration validity, boolean reEnrol, NodePattern nodes)
      throws ActionRefusedException, AccessUnavailableException {
    Instant[] expires = new Instant[1];
    node(actor, admin -> expires[0] = admin.addEnrolKey(key, uses, validity, reEnrol, nodes));
    return expires[0];
  }

  @Override
  public void add(Actor actor, String node, byte[] token)
      throws ActionRefusedException, AccessUnavailableException {
    node(actor, admin -> admin.add(node, token, List.of()));
  }

  @Override
  public void rotate(Actor actor, String node, byte[] token, Duration overlap)
      throws ActionRefusedException, AccessUnavailableException {
    node(actor, admin -> admin.rotate(node, token, overlap));
  }

  @Override
  public void disable(Actor actor, String node, boolean disabled)
      throws ActionRefusedException, AccessUnavailableException {
    node(actor, admin -> admin.disable(node, disabled));
  }

  @Override
  public void tag(Actor actor, String node, Map<String, String> set, Collection<String> removed)
      throws ActionRefusedException, AccessUnavailableException {
    fleet(
        actor,
        admin -> {
          admin.tag(node, set);
          admin.untag(node, removed);
        });
  }

  @Override
  public void note(Actor actor, String node, String kind, String text)
      throws ActionRefusedException, AccessUnavailableException {
    FleetAdmin.Note note = new FleetAdmin.Note(node, kind, null, Duration.ZERO, actor.name(), text);
    fleet(actor, admin -> admin.add(note));
  }

  private void node(Actor actor, Action<NodeAdmin> action)
      throws ActionRefusedException, AccessUnavailableException {
    run(
        () -> {
          try (NodeAdmin admin = new NodeAdmin(open(), actor)) {
            action.run(admin);
          }
        });
  }

  private void fleet(Actor actor, Action<FleetAdmin> action)
      throws ActionRefusedException, AccessUnavailableException {
    run(
        () -> {
          try (FleetAdmin admin = new FleetAdmin(open(), actor)) {
            action.run(admin);
          }
        });
  }

  private Connection open() throws SQLException {
    return jdbc.open("harvester page");
  }

  /** Something to do with a connection. */
  @FunctionalInterface
  private interface Task {
    void run() throws SQLException, RefusedException;
  }

  private static void run(Task task) throws ActionRefusedException, AccessUnavailableException {
    try {
      task.run();
    } catch (RefusedException e) {
      throw new ActionRefusedException(e.getMessage());
    } catch (SQLException e) {
      throw new AccessUnavailableException("the action failed: " + SqlErrors.describe(e), e);
    }
  }
}
