// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.harvester.query.promql.Aggregation;
import io.harvester.query.promql.Binary;
import io.harvester.query.promql.DurationExpr;
import io.harvester.query.promql.Durations;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.MatrixSelector;
import io.harvester.query.promql.Modifier;
import io.harvester.query.promql.NumberLiteral;
import io.harvester.query.promql.Operator;
import io.harvester.query.promql.Position;
import io.harvester.query.promql.PromqlException;
import io.harvester.query.promql.StringLiteral;
import io.harvester.query.promql.Subquery;
import io.harvester.query.promql.ValueType;
import io.harvester.query.promql.VectorMatching.Cardinality;
import io.harvester.query.promql.VectorSelector;
import io.harvester.read.Matcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ParserTest {
  private static final Path CORPUS =
      Path.of(System.getProperty("harvester.promql.corpus", "../shared/promql"), "promqltest");
  private static final Pattern EVAL =
      Pattern.compile(
          "eval(_\\w+)? (instant (at \\S+\\s+)?|range from \\S+ to \\S+ step \\S+\\s+)(.*)");

  private static Expr parse(String query) throws PromqlException {
    return PromqlParser.parse(query, true);
  }

  private static String error(String query) {
    return assertThrows(PromqlException.class, () -> parse(query), query).getMessage();
  }

  static Stream<Answers> refused() {
    return Answers.of("refused.tsv");
  }

  @ParameterizedTest
  @MethodSource("refused")
  void what_prometheus_refuses_is_refused_with_the_same_words(Answers row) {
    PromqlException e =
        assertThrows(
            PromqlException.class,
            () -> PromqlParser.parse(row.query(), row.experimental()),
            row.query());
    assertEquals(row.answer(), e.getMessage(), row.query());
  }

  @Test
  void every_expression_of_the_corpus_parses_and_prints_the_same_again() throws Exception {
    assumeTrue(
        Files.isDirectory(CORPUS),
        "no corpus at "
            + CORPUS.toAbsolutePath()
            + ": copy promql/promqltest/testdata of prometheus/prometheus v3.5.3 there, or set"
            + " -Dharvester.test.promql");
    List<String> wrong = new ArrayList<>();
    List<String> all = corpus();
    for (String query : all) {
      try {
        String printed = Printer.print(parse(query));
        String again = Printer.print(parse(printed));
        if (!printed.equals(again)) {
          wrong.add(printed + " became " + again);
        }
      } catch (PromqlException e) {
        wrong.add(query + ": " + e.getMessage());
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(all.size() > 1_400, "only " + all.size() + " expressions");
  }

  private static List<String> corpus() throws IOException {
    List<String> queries = new ArrayList<>();
    try (Stream<Path> files = Files.list(CORPUS)) {
      for (Path file : files.sorted().toList()) {
        for (String line : Files.readAllLines(file)) {
          java.util.regex.Matcher eval = EVAL.matcher(line.strip());
          if (eval.matches()) {
            queries.add(eval.group(4));
          }
        }
      }
    }
    return queries;
  }

  @ParameterizedTest
  @CsvSource({
    "a or b and c,            or,  2",
    "a or b or c,             or,  7",
    "a and b unless c,        unless, 8",
    "a + b == c,              '==', 6",
    "a * b + c % d,           +,   6",
    "a ^ b ^ c,               ^,   2",
    "a / b * c,               *,   6",
    "a ^ b * c,               *,   6",
    "a atan2 b * c,           *,   10",
    "a + -b ^ c,              +,   2",
  })
  void operators_bind_as_in_prometheus(String query, String operator, int at) throws Exception {
    Binary binary = assertInstanceOf(Binary.class, parse(query));
    assertEquals(operator, binary.operator().text());
    assertEquals(at, binary.left().position().end() + 1);
  }

  @ParameterizedTest
  @CsvSource({
    "0x1F, 31",
    "017, 15",
    "08, 8",
    "1_000_000, 1000000",
    "0xff_ff, 65535",
    "1e3, 1000",
    "1_0.5, 10.5",
    ".5, 0.5",
    "-Inf, -Infinity",
    "nan, NaN",
    "9223372036854775807, 9.223372036854775807E18",
    "9223372036854775808, 9.223372036854775808E18",
    "1h30m, 5400",
    "5ms, 0.005",
    "-1d, -86400",
  })
  void a_number_has_the_value_that_go_reads(String query, double value) throws Exception {
    assertEquals(value, assertInstanceOf(NumberLiteral.class, parse(query)).value());
  }

  @Test
  void a_string_has_the_value_of_its_escapes() throws Exception {
    assertEquals("aA\u00e9\uD83D\uDE00'\"", text("'\\x61\\101\\u00e9\\U0001F600\\'\"'"));
    assertEquals("a\\n", text("`a\\n`"));
    assertEquals("\u00e9", text("\"\\xc3\\xa9\""));
    // Bytes that are not UTF-8 stay apart from all characters.
    assertEquals("\uDCC5z", text("\"\\xc5z\""));
  }

  private static String text(String query) throws PromqlException {
    return assertInstanceOf(StringLiteral.class, parse(query)).value();
  }

  @Test
  void words_of_the_language_are_names_of_metrics_and_labels() throws Exception {
    for (String name : List.of("sum", "by", "offset", "start", "and", "limitk", "without")) {
      VectorSelector selector =
          assertInstanceOf(VectorSelector.class, parse(name + "{" + name + "=\"x\"}"));
      assertEquals(Optional.of(name), selector.name());
      assertEquals(
          List.of(name, "__name__"), selector.matchers().stream().map(Matcher::name).toList());
    }
    assertEquals(
        List.of("on", "bool", "a.b"),
        assertInstanceOf(Aggregation.class, parse("sum by (on, bool, \"a.b\") (up)")).grouping());
  }

  @Test
  void a_binary_has_a_matching_only_between_vectors() throws Exception {
    assertEquals(Optional.empty(), binary("1 + 2").matching());
    assertEquals(Optional.empty(), binary("up + 2").matching());
    assertEquals(Cardinality.ONE_TO_ONE, binary("up + up").matching().orElseThrow().cardinality());
    assertEquals(
        Cardinality.MANY_TO_MANY, binary("up and up").matching().orElseThrow().cardinality());
    assertEquals(
        Cardinality.ONE_TO_MANY,
        binary("up + on(a) group_right up").matching().orElseThrow().cardinality());
  }

  private static Binary binary(String query) throws PromqlException {
    return assertInstanceOf(Binary.class, parse(query));
  }

  @Test
  void modifiers_stand_in_any_order_and_zero_is_none() throws Exception {
    Modifier modifier =
        assertInstanceOf(MatrixSelector.class, parse("up[5m] offset 1h @ 1.5"))
            .selector()
            .modifier();
    assertEquals(Optional.of(new Modifier.At.Time(1500)), modifier.at());
    assertEquals(3_600_000, Durations.offsetMillis(modifier.offset().orElseThrow()));
    assertEquals(
        Optional.of(new Modifier.At.Start()),
        assertInstanceOf(Subquery.class, parse("up[5m:] @ start() offset -1h")).modifier().at());
    assertEquals(
        Modifier.NONE, assertInstanceOf(VectorSelector.class, parse("up offset 0")).modifier());
  }

  @Test
  void an_operator_after_an_offset_belongs_to_the_duration_only_after_parentheses()
      throws Exception {
    assertEquals(Operator.MUL, binary("up offset 5m * 2").operator());
    VectorSelector selector = assertInstanceOf(VectorSelector.class, parse("up offset (5m) * 2"));
    assertInstanceOf(DurationExpr.Arithmetic.class, selector.modifier().offset().orElseThrow());
    assertEquals("up offset (5m * 2)", Printer.print(selector));
    assertEquals("up offset --2 ^ 2", Printer.print(parse("up offset --2 ^ 2")));
    assertEquals("up[(-2) ^ 2]", Printer.print(parse("up[(-2) ^ 2]")));
  }

  @Test
  void positions_count_bytes_and_name_line_and_column() throws Exception {
    String query = "\"\u263a\" or\n  rate(up[5m])";
    String problem = error(query);
    assertEquals("1:1: parse error: binary expression must contain only", problem.substring(0, 53));
    Binary binary = binary("{\"\u263a\"} or\n  rate(up[5m])");
    assertEquals(new Position(13, 25), binary.right().position());
    assertEquals("2:3", binary.right().position().lineAndColumn("{\"\u263a\"} or\n  rate(up[5m])"));
    assertEquals(ValueType.VECTOR, binary.type());
  }

  @Test
  void a_selector_gives_its_matchers_even_if_all_match_nothing() throws Exception {
    assertEquals(
        List.of("a=\"b\"", "__name__=\"up\""),
        PromqlParser.matchers("up{a=\"b\"}").stream().map(Matcher::toString).toList());
    assertEquals(1, PromqlParser.matchers("{a=~\".*\"}").size());
    assertEquals(List.of(), PromqlParser.matchers("{}"));
    PromqlException e =
        assertThrows(PromqlException.class, () -> PromqlParser.matchers("rate(up[5m])"));
    assertEquals("1:5: parse error: unexpected \"(\"", e.getMessage());
  }
}
