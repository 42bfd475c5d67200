// SPDX-License-Identifier: Apache-2.0
package io.harvester.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Registers meters whose value is read at each scrape.
 *
 * <p>Micrometer derives the exposed name: dots become underscores, and a counter gets {@code
 * _total}. Names include their unit, since Micrometer tells meters apart by name and not by unit.
 */
public final class Meters {
  private final MeterRegistry registry;

  /** Registers into this registry. */
  public Meters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** A value that rises and falls. */
  public void gauge(String name, String help, Supplier<Number> value) {
    Gauge.builder(name, value).description(help).register(registry);
  }

  /** A value for one value of a label. */
  public void gauge(String name, String help, String label, String of, Supplier<Number> value) {
    Gauge.builder(name, value).description(help).tag(label, of).register(registry);
  }

  /**
   * A count that only rises.
   *
   * @param source where the count is read; the registry does not keep it reachable
   */
  public <T> void counter(String name, String help, T source, ToDoubleFunction<T> count) {
    FunctionCounter.builder(name, source, count).description(help).register(registry);
  }

  /** A constant of the process: the value 1 with a label. The name must end in {@code .info}. */
  public void info(String name, String help, String label, String value) {
    Gauge.builder(name, () -> 1).description(help).tag(label, value).register(registry);
  }
}
