// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Runs a method with {@link EachTier} once per tier. */
final class TierExtension implements TestTemplateInvocationContextProvider {
  private static final Namespace NAMESPACE = Namespace.create(TierExtension.class);

  /** The servers of this test run: opened once, closed at its end. */
  static TestServers servers(ExtensionContext context) {
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
        .computeIfAbsent(TestServers.class, type -> TestServers.find(), TestServers.class);
  }

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return true;
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    TestServers servers = servers(context);
    EachTier each = context.getRequiredTestMethod().getAnnotation(EachTier.class);
    return Stream.of(each.value()).map(tier -> new Invocation(tier, servers));
  }

  private record Invocation(TestTier tier, TestServers servers)
      implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int invocationIndex) {
      return tier.toString();
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      if (servers.of(tier).isPresent()) {
        return List.of(new DatabaseParameter(servers.of(tier).orElseThrow(), tier));
      }
      ExecutionCondition absent =
          context -> ConditionEvaluationResult.disabled(servers.reasonForNo(tier));
      return List.of(absent);
    }
  }

  private record DatabaseParameter(TestServer server, TestTier tier) implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == TestDatabase.class;
    }

    @Override
    public TestDatabase resolveParameter(ParameterContext parameter, ExtensionContext context) {
      // Closed by JUnit, after @AfterEach.
      return context
          .getStore(NAMESPACE)
          .computeIfAbsent(
              TestDatabase.class, type -> TestDatabase.create(server, tier), TestDatabase.class);
    }
  }
}
