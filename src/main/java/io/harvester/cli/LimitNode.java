// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.config.Setting;
import io.harvester.config.Values;
import io.harvester.postgres.access.NodeAdmin;
import io.harvester.quota.QuotaOverride;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Shows or changes the quotas of one node, which override the aggregator's settings. */
final class LimitNode implements AdminCommand.OfNodes {
  private static final List<String> COLUMNS = List.of("quota", "value", "setting");

  /** A quota: its option, and the setting that it overrides. */
  private record Quota(OptionSpec option, Setting setting) {}

  private final PositionalParamSpec node = Arguments.node();
  private final Quota series =
      quota("--max-series", Integer.MAX_VALUE, "active series", Setting.MAX_SERIES_PER_NODE);
  private final Quota newSeries =
      quota(
          "--max-new-series-per-hour",
          Integer.MAX_VALUE,
          "new series per hour",
          Setting.MAX_NEW_SERIES_PER_HOUR);
  private final Quota samples =
      quota(
          "--max-samples-per-second",
          Integer.MAX_VALUE,
          "samples per second",
          Setting.MAX_SAMPLES_PER_SECOND);
  private final Quota bytes =
      quota(
          "--max-body-bytes-per-second",
          Long.MAX_VALUE,
          "compressed request bytes per second",
          Setting.MAX_BODY_BYTES_PER_SECOND);

  private final List<Quota> quotas = List.of(series, newSeries, samples, bytes);

  private final OptionSpec reset =
      OptionSpec.builder("--reset")
          .type(boolean.class)
          .initialValue(false)
          .description("remove every quota that is not given: its setting applies again")
          .build();

  private static Quota quota(String name, long max, String meaning, Setting setting) {
    OptionSpec option =
        OptionSpec.builder(name)
            .type(Long.class)
            .converters(text -> Values.number(text, 1, max))
            .paramLabel("N")
            .description(meaning + "; overrides " + setting.key())
            .build();
    return new Quota(option, setting);
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Program.command(
                "limit",
                this,
                "Changes those quotas of a node that are given; without an option, shows all.",
                "A quota overrides a setting of the aggregator. Where it has no value (-), the"
                    + " setting applies.")
            .addPositional(node);
    quotas.forEach(quota -> spec.addOption(quota.option()));
    return spec.addOption(reset);
  }

  @Override
  public void run(NodeAdmin admin, Output out) throws SQLException, NodeAdmin.RefusedException {
    String name = node.getValue();
    Map<Quota, Long> values = values(admin.quotas(name));
    boolean resets = reset.getValue();
    if (!resets && quotas.stream().allMatch(quota -> quota.option().getValue() == null)) {
      out.table(COLUMNS, rows(values));
      return;
    }
    for (Quota quota : quotas) {
      Long given = quota.option().getValue();
      if (given != null || resets) {
        values.put(quota, given);
      }
    }
    admin.limit(
        name,
        new QuotaOverride(
            integer(values.get(series)),
            integer(values.get(newSeries)),
            integer(values.get(samples)),
            values.get(bytes)));
    out.result("quotas of " + name + " set", Map.of("node", name));
  }

  /** What is stored for a node; null where the setting applies. */
  private Map<Quota, Long> values(QuotaOverride stored) {
    Map<Quota, Long> values = new HashMap<>();
    values.put(series, number(stored.series()));
    values.put(newSeries, number(stored.newSeriesPerHour()));
    values.put(samples, number(stored.samplesPerSecond()));
    values.put(bytes, stored.bodyBytesPerSecond());
    return values;
  }

  private static Long number(Integer value) {
    return value == null ? null : value.longValue();
  }

  private List<Map<String, ?>> rows(Map<Quota, Long> values) {
    List<Map<String, ?>> rows = new ArrayList<>();
    for (Quota quota : quotas) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("quota", quota.option().longestName().substring("--".length()));
      row.put("value", values.get(quota));
      row.put("setting", quota.setting().key());
      rows.add(row);
    }
    return rows;
  }

  private static Integer integer(Long value) {
    return value == null ? null : Math.toIntExact(value);
  }
}
