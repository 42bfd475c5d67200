// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.cli.doctor.DatabaseChecks;
import io.harvester.cli.doctor.Finding;
import io.harvester.cli.doctor.HostChecks;
import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.RightsCheck;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Looks at everything that commonly goes wrong, and says what to do about it. */
final class DoctorCommand implements ConfiguredCommand {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  CommandSpec spec() {
    return Program.command(
            "doctor",
            this,
            "Checks the service, its certificate, clocks, the database, its rights and space, and"
                + " the nodes, and says what to do. It changes nothing. With a failed check, the"
                + " exit status is 1.")
        .addOption(OptionSpec.builder(Output.JSON).description("print the result as JSON").build());
  }

  @Override
  public int run(Settings settings, Output out) {
    HostChecks host = new HostChecks(settings);
    List<Finding> findings = new ArrayList<>(host.run());
    findings.addAll(database(settings, host.freeBytes()));
    if (out.json()) {
      out.table(List.of(), findings.stream().<Map<String, ?>>map(DoctorCommand::fields).toList());
    } else {
      findings.forEach(finding -> print(finding, out));
    }
    boolean failed = findings.stream().anyMatch(found -> found.state() == Finding.State.FAIL);
    return failed ? Cli.FAILED : Cli.OK;
  }

  private static List<Finding> database(Settings settings, long freeBytes) {
    DatabaseUrl url;
    try {
      url = ConfiguredDatabase.url(settings);
    } catch (CommandException e) {
      return List.of(failed(e.getMessage()));
    }
    try (Connection connection = new Jdbc(url, TIMEOUT).open("harvester doctor")) {
      connection.setReadOnly(true);
      DatabaseChecks checks = new DatabaseChecks(connection, RightsCheck::problem);
      List<Finding> found = new ArrayList<>(checks.run());
      found.addAll(checks.space(freeBytes));
      return found;
    } catch (SQLException e) {
      return List.of(failed(url + ": " + e.getMessage()));
    }
  }

  private static Finding failed(String problem) {
    return new Finding(
        Finding.State.FAIL,
        "database",
        problem,
        "is the server on, and is HARVESTER_DATABASE_URL right?");
  }

  private static Map<String, ?> fields(Finding finding) {
    return Map.of(
        "check", finding.check(),
        "state", name(finding),
        "finding", finding.text(),
        "advice", finding.advice());
  }

  private static String name(Finding finding) {
    return finding.state().name().toLowerCase(Locale.ROOT);
  }

  private static void print(Finding finding, Output out) {
    out.out().println("%-5s %-12s %s".formatted(name(finding), finding.check(), finding.text()));
    if (!finding.advice().isEmpty()) {
      out.out().println(" ".repeat(19) + "-> " + finding.advice());
    }
  }
}
