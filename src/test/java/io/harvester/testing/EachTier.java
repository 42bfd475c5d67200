// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs once per storage tier, each time with a fresh {@link TestDatabase} as parameter
 * (of the method, of {@code @BeforeEach}, or both). A tier without a server is reported as a
 * skipped test, with the reason.
 *
 * <pre>{@code
 * @EachTier
 * void a_sample_is_stored_once(TestDatabase db) { … }
 * }</pre>
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(TierExtension.class)
public @interface EachTier {
  /** The tiers to run on; by default all. */
  TestTier[] value() default {TestTier.COLUMNAR, TestTier.HYPERTABLE, TestTier.POSTGRES};
}
