// SPDX-License-Identifier: Apache-2.0
package io.harvester.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.cli.Cli;
import io.harvester.postgres.rollup.Rollups;
import io.harvester.testing.ClosedChunks;
import io.harvester.testing.Documents;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The questions of docs/sql.md, and their answers: what {@code harvester sql} prints. With {@code
 * -Dharvester.test.cookbook=write}, the answers are written into the document.
 */
class CookbookIT {
  private static final Path DOCUMENT = Path.of("docs/sql.md");
  private static final Pattern QUESTION =
      Pattern.compile("(?ms)^### (.*?)\\n.*?^```sql\\n(.*?)^```\\n\\n```text\\n(.*?)^```$");
  private static final int QUESTIONS = 20;
  private static final int LINES = 5;
  private static final Rollups ROLLUPS =
      new Rollups(Duration.ZERO, Duration.ofDays(30), Duration.ofDays(365));

  @EachTier
  void every_question_has_the_answer_that_the_document_shows(TestDatabase db) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db, "--retention=0")) {
      CookbookFleet.store(aggregator, System.currentTimeMillis());
      new ClosedChunks(db, Duration.ofHours(1), ROLLUPS).maintain();
      Eventually.until(
          "views of rollups",
          () -> db.value("SELECT to_regclass('metric_1h.node_cpu_seconds_total')") != null);
    }
    List<MatchResult> questions = QUESTION.matcher(Documents.text(DOCUMENT)).results().toList();
    assertTrue(questions.size() >= QUESTIONS, questions.size() + " questions");
    List<String> answers = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (MatchResult question : questions) {
      String sql = question.group(2);
      assertTrue(sql.lines().count() <= LINES, question.group(1) + " has more than 5 lines");
      String answer = answer(db, sql);
      answers.add(answer);
      if (!answer.equals(question.group(3))) {
        wrong.add(question.group(1) + ":\n" + answer + "instead of\n" + question.group(3));
      }
    }
    if ("write".equals(System.getProperty("harvester.test.cookbook"))) {
      write(answers);
    } else {
      assertEquals(List.of(), wrong);
    }
  }

  private static String answer(TestDatabase db, String sql) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Cli cli =
        new Cli(
            settings -> Cli.FAILED,
            Map.of(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    cli.run(List.of("sql", sql, "--database-url=" + db.url()));
    return out.toString(UTF_8) + err.toString(UTF_8);
  }

  private static void write(List<String> answers) throws IOException {
    StringBuilder text = new StringBuilder();
    Matcher question = QUESTION.matcher(Documents.text(DOCUMENT));
    for (int i = 0; question.find(); i++) {
      int end = question.end(3) - question.start();
      String whole = question.group();
      String changed =
          whole.substring(0, question.start(3) - question.start())
              + answers.get(i)
              + whole.substring(end);
      question.appendReplacement(text, Matcher.quoteReplacement(changed));
    }
    question.appendTail(text);
    Files.writeString(DOCUMENT, text.toString());
  }
}
