package io.harvester.cli;

import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Sets quotas for one node, in the place of the aggregator's settings. */
final class LimitNode implements NodeCommand.Action {
  private static final String SERIES = "--max-series";
  private static final String NEW_SERIES = "--max-new-series-per-hour";
  private static final String SAMPLES = "--max-samples-per-second";
  private static final String BYTES = "--max-body-bytes-per-second";

  @Override
  public String arguments() {
    return "NAME [--max-series N] [--max-new-series-per-hour N]"
        + " [--max-samples-per-second N] [--max-body-bytes-per-second N]";
  }

  @Override
  public String meaning() {
    return "quotas of this node; those not given are as the settings say";
  }

  @Override
  public List<String> options() {
    return List.of(SERIES, NEW_SERIES, SAMPLES, BYTES);
  }

  @Override
  public void run(NodeAdmin admin, Arguments arguments, Output out)
      throws SQLException, CommandException, NodeAdmin.RefusedException {
    String node = Names.node(arguments.name());
    admin.limit(
        node,
        integer(arguments, SERIES),
        integer(arguments, NEW_SERIES),
        integer(arguments, SAMPLES),
        arguments.number(BYTES, Long.MAX_VALUE));
    out.result("quotas of " + node + " set", Map.of("node", node));
  }

  private static Integer integer(Arguments arguments, String option) throws CommandException {
    Long number = arguments.number(option, Integer.MAX_VALUE);
    return number == null ? null : number.intValue();
  }
}
