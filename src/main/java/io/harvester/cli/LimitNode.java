// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.config.Values;
import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Sets the quotas of one node, which override the aggregator's settings. */
final class LimitNode implements NodeAction {
  private final PositionalParamSpec node = Arguments.node();
  private final OptionSpec series =
      quota("--max-series", "active series; overrides HARVESTER_MAX_SERIES_PER_NODE");
  private final OptionSpec newSeries =
      quota(
          "--max-new-series-per-hour",
          "new series per hour; overrides HARVESTER_MAX_NEW_SERIES_PER_HOUR");
  private final OptionSpec samples =
      quota(
          "--max-samples-per-second",
          "samples per second; overrides HARVESTER_MAX_SAMPLES_PER_SECOND");
  private final OptionSpec bytes =
      OptionSpec.builder("--max-body-bytes-per-second")
          .type(Long.class)
          .converters(text -> Values.number(text, 1, Long.MAX_VALUE))
          .paramLabel("N")
          .description(
              "compressed request bytes per second; overrides HARVESTER_MAX_BODY_BYTES_PER_SECOND")
          .build();

  private static OptionSpec quota(String name, String description) {
    return Arguments.number(name, Integer.MAX_VALUE).description(description).build();
  }

  @Override
  public CommandSpec spec() {
    return Program.command(
            "limit",
            this,
            "Sets the quotas of a node, which override the settings of the aggregator.",
            "A quota that is not given is reset to the setting.")
        .addPositional(node)
        .addOption(series)
        .addOption(newSeries)
        .addOption(samples)
        .addOption(bytes);
  }

  @Override
  public void run(NodeAdmin admin, Output out) throws SQLException, NodeAdmin.RefusedException {
    String name = node.getValue();
    admin.limit(
        name, series.getValue(), newSeries.getValue(), samples.getValue(), bytes.getValue());
    out.result("quotas of " + name + " set", Map.of("node", name));
  }
}
