// SPDX-License-Identifier: Apache-2.0
/**
 * What the command {@code sql} prints: rows, and errors with hints. Depends on no other package of
 * Harvester.
 */
package io.harvester.cli.sql;
