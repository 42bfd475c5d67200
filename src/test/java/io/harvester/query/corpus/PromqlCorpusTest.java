// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The test scripts of Prometheus 3.5.3. They are not part of this repository: {@code
 * -Dharvester.promql.corpus=FOLDER} names a folder with a copy of {@code
 * promql/promqltest/testdata} of prometheus/prometheus at v3.5.3, in it or in {@code promqltest}.
 * With {@code -Dharvester.promql.corpus.required=true} its absence is a failure.
 */
class PromqlCorpusTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("harvester.promql.corpus", "../shared/promql"));

  /** A feature that is off in Prometheus 3.5. */
  private static final String EXCLUDED = "type_and_unit.test";

  private static final int EVALS = 1421;

  @TestFactory
  Stream<DynamicTest> each_script_gives_the_results_of_prometheus() throws IOException {
    List<Path> scripts = scripts();
    boolean required = Boolean.getBoolean("harvester.promql.corpus.required");
    String absent =
        "no test scripts in "
            + FOLDER.toAbsolutePath().normalize()
            + "; copy promql/promqltest/testdata of prometheus/prometheus v3.5.3 to a folder and"
            + " set -Dharvester.promql.corpus";
    assertTrue(!required || !scripts.isEmpty(), absent);
    assumeTrue(!scripts.isEmpty(), absent);
    AtomicInteger evals = new AtomicInteger();
    Stream<DynamicTest> each =
        scripts.stream()
            .map(
                script ->
                    DynamicTest.dynamicTest(
                        script.getFileName().toString(), () -> evals.addAndGet(run(script))));
    return Stream.concat(
        each, Stream.of(DynamicTest.dynamicTest("all", () -> assertEquals(EVALS, evals.get()))));
  }

  private static List<Path> scripts() throws IOException {
    Path nested = FOLDER.resolve("promqltest");
    Path folder = Files.isDirectory(nested) ? nested : FOLDER;
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".test") && !file.endsWith(EXCLUDED))
          .sorted()
          .toList();
    }
  }

  private static int run(Path script) throws IOException {
    CorpusRunner runner = new CorpusRunner();
    runner.run(CorpusParser.parse(Files.readString(script)));
    assertTrue(
        runner.failures().isEmpty(),
        () ->
            runner.failures().size()
                + " of "
                + runner.evals()
                + " evaluations:\n"
                + String.join("\n", runner.failures()));
    return runner.evals();
  }
}
