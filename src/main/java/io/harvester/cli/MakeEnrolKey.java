package io.harvester.cli;

import io.harvester.auth.Secret;
import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Makes a key with which machines fetch their own tokens, and prints it this once. */
final class MakeEnrolKey implements NodeCommand.Action {
  private static final String EXPIRES = "--expires";
  private static final String USES = "--uses";
  private static final String NODES = "--nodes";
  private static final String RE_ENROL = "--re-enrol";
  private static final Duration LONGEST = Duration.ofDays(365);

  @Override
  public String arguments() {
    return "[--uses 1] [--expires 1h] [--nodes 'PREFIX*'] [--re-enrol]";
  }

  @Override
  public String meaning() {
    return "print a key for install_harvester.sh; --re-enrol: it may replace a node's token";
  }

  @Override
  public List<String> switches() {
    return List.of(RE_ENROL);
  }

  @Override
  public List<String> options() {
    return List.of(USES, EXPIRES, NODES);
  }

  @Override
  public void run(NodeAdmin admin, Arguments arguments, Output out)
      throws SQLException, CommandException {
    arguments.noName();
    Long uses = arguments.number(USES, 100_000);
    Duration validity = arguments.duration(EXPIRES, "1h");
    if (validity.isZero() || validity.compareTo(LONGEST) > 0) {
      throw new CommandException(EXPIRES + " must be from 1s to 365d");
    }
    Secret key = Secret.newEnrolKey();
    Instant expires =
        admin.addEnrolKey(
            key.hash(),
            uses == null ? 1 : uses.intValue(),
            validity,
            arguments.has(RE_ENROL),
            Names.pattern(arguments.last(NODES).orElse("*")));
    out.result(
        key.reveal(),
        Map.of(
            "key", key.reveal(),
            "uses", uses == null ? 1 : uses.intValue(),
            "expires", expires.toString()));
  }
}
