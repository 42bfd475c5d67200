// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli.migrate;

import io.harvester.config.DatabaseUrl;
import java.time.Instant;

/**
 * What {@code migrate} is asked for.
 *
 * @param target the database to copy to
 * @param from samples before that are left alone
 * @param copies whether to copy; otherwise both sides are only compared
 */
public record MigrateRequest(DatabaseUrl target, Instant from, boolean copies) {}
