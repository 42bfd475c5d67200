package io.harvester.it;

import io.harvester.cli.NodeCommand;
import io.harvester.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs {@code node …} against a test's database. */
record NodeCli(TestDatabase db) {
  /** What the command prints. */
  String run(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--database-url=" + db.url());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NodeCommand.run(all, Map.of(), new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8).strip();
  }
}
