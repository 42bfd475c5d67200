// SPDX-License-Identifier: Apache-2.0
package io.harvester.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RepeatedLineFilterTest {
  private final AtomicLong now = new AtomicLong();
  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger log = context.getLogger("a");

  @BeforeEach
  void start() {
    context.addTurboFilter(new RepeatedLineFilter(now::get));
    lines.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(lines);
  }

  @Test
  void equal_lines_are_dropped_beyond_a_number_and_said_so_once() {
    for (int i = 0; i < 1000; i++) {
      log.warn("node={} refused", i);
    }
    assertEquals(RepeatedLineFilter.MAX_LINES + 1, lines.list.size());
    assertEquals(
        "10 s without further lines of the kind: a WARN node={} refused",
        lines.list.get(RepeatedLineFilter.MAX_LINES).getFormattedMessage());
  }

  @Test
  void they_pass_again_in_the_next_window() {
    for (int i = 0; i < 100; i++) {
      log.warn("x");
    }
    lines.list.clear();
    now.addAndGet(RepeatedLineFilter.WINDOW_NANOS);
    log.warn("x");
    assertEquals(1, lines.list.size());
  }

  @Test
  void stack_traces_are_few() {
    for (int i = 0; i < 100; i++) {
      log.error("request failed", new IllegalStateException());
      log.error("request of {} failed", "x", new IllegalStateException());
    }
    assertEquals(2 * (RepeatedLineFilter.MAX_TRACES + 1), lines.list.size());
  }

  @Test
  void lines_of_other_kinds_pass() {
    for (int i = 0; i < 1000; i++) {
      log.warn("x");
    }
    lines.list.clear();
    log.warn("y");
    log.error("x");
    context.getLogger("b").warn("x");
    assertEquals(3, lines.list.size());
  }
}
