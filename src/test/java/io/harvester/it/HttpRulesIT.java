// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.RawConnection;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.util.List;
import org.junit.jupiter.api.function.Executable;
import org.slf4j.LoggerFactory;

/** What RFC 9110 and RFC 9112 demand of a server. */
class HttpRulesIT {
  private static final String V1 = "Content-Type: application/x-protobuf\n";
  private static final String EMPTY = "Content-Length: 0\n";
  private static final String WRITE = "POST /api/v1/write HTTP/1.1\n";
  private static final String READY = "GET /-/healthy HTTP/1.1\n";

  /** A request with LF for CRLF, and what its answer starts with and contains. */
  private record Rule(String request, String status, String fragment) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule(READY + "Host: x\n", "200", "healthy"),
          new Rule(READY + "Host: \n", "200", "healthy"),
          new Rule(READY + "Host: [::1]:9201\n", "200", "healthy"),
          new Rule("GET http://x:1/-/healthy HTTP/1.1\nHost: x:1\n", "200", "healthy"),
          new Rule("HEAD /-/healthy HTTP/1.1\nHost: x\n", "200", ""),
          new Rule("GET /-/healthy HTTP/1.0\n", "200", "healthy"),
          new Rule(READY, "400", "needs a Host header field"),
          new Rule(READY + "Host: x\nHost: x\n", "400", "2 Host header fields"),
          new Rule(READY + "Host: x y\n", "400", "not a host name"),
          new Rule(READY + "Host: x/y\n", "400", "not a host name"),
          new Rule(WRITE + "Host: x\n" + V1 + V1 + EMPTY, "400", "2 content-type header fields"),
          new Rule(
              WRITE
                  + "Host: x\n"
                  + V1
                  + "Content-Encoding: snappy\nContent-Encoding: gzip\n"
                  + EMPTY,
              "415",
              "Content-Encoding snappy, gzip"),
          new Rule(WRITE + "Host: x\n" + V1 + "Transfer-Encoding: gzip\n", "501", "only chunked"),
          new Rule(
              WRITE + "Host: x\n" + V1 + "Transfer-Encoding: gzip, chunked\n",
              "501",
              "only chunked"),
          new Rule(
              WRITE + "Host: x\n" + V1 + "Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n",
              "501",
              "only chunked"),
          new Rule(
              "POST /api/v1/write HTTP/1.0\n" + V1 + "Transfer-Encoding: chunked\n",
              "400",
              "HTTP/1.0"),
          new Rule(WRITE + "Host: x\nContent-Length: 1\nContent-Length: 2\n" + V1, "400", ""),
          new Rule("GET /% HTTP/1.1\nHost: x\n", "400", "percent-encoding"),
          new Rule("GET /%zz?%=% HTTP/1.1\nHost: x\n", "400", "percent-encoding"),
          new Rule("GET /-/healthy%00 HTTP/1.1\nHost: x\n", "404", "no such path"),
          new Rule("PATCH /-/healthy HTTP/1.1\nHost: x\n", "405", "allow: get, head"),
          new Rule("GET /api/v1/write HTTP/1.1\nHost: x\n", "405", "allow: post"),
          new Rule("GET /none HTTP/1.1\nHost: x\n", "404", "no such path"));

  @EachTier(TestTier.POSTGRES)
  void rules(TestDatabase db) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      assertAll(RULES.stream().map(rule -> (Executable) () -> check(aggregator, rule)));
    }
  }

  private static void check(TestAggregator aggregator, Rule rule) throws Exception {
    try (RawConnection connection = new RawConnection(aggregator.port())) {
      connection.text(rule.request().replace("\n", "\r\n") + "\r\n");
      String answer = connection.answer();
      assertTrue(
          answer.startsWith("HTTP/1.") && answer.startsWith(rule.status(), 9), rule + answer);
      assertTrue(answer.contains(rule.fragment()), rule.request() + answer);
    }
  }

  @EachTier(TestTier.POSTGRES)
  void every_answer_has_a_date(TestDatabase db) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      for (String request : List.of(READY, "GET /none HTTP/1.1\n", WRITE + EMPTY)) {
        try (RawConnection connection = new RawConnection(aggregator.port())) {
          connection.text((request + "Host: x\n").replace("\n", "\r\n") + "\r\n");
          String answer = connection.answer();
          assertTrue(
              answer.matches("(?s).*\ndate: [a-z]{3}, \\d\\d [a-z]{3} \\d{4} [0-9:]{8} gmt\n.*"),
              answer);
        }
      }
    }
  }

  @EachTier(TestTier.POSTGRES)
  void what_a_stranger_sends_is_not_logged_with_a_stack_trace(TestDatabase db) throws Exception {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      lines.start();
      root.addAppender(lines);
      for (Rule rule : RULES) {
        check(aggregator, rule);
      }
      for (String rubbish : List.of("\u0016\u0003\u0001\u0002", "GET\r\n\r\n", "\r\n".repeat(9))) {
        try (RawConnection connection = new RawConnection(aggregator.port())) {
          connection.text(rubbish);
        }
      }
    } finally {
      root.detachAppender(lines);
    }
    assertEquals(
        List.of(),
        lines.list.stream()
            .filter(line -> line.getThrowableProxy() != null)
            // Off in logback.xml: the warm-up closes its listener while a connection arrives.
            .filter(line -> !line.getLoggerName().startsWith("io.netty.bootstrap"))
            .map(ILoggingEvent::getFormattedMessage)
            .toList());
  }
}
