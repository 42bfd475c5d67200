// SPDX-License-Identifier: Apache-2.0
/**
 * What both drivers need: connections, migrations, errors, binary formats, the lock and the log of
 * maintenance. Depends on {@code config}, {@code schedule}, {@code series}, {@code storage}.
 */
package io.harvester.postgres.pg;
