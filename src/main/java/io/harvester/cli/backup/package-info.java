// SPDX-License-Identifier: Apache-2.0
/**
 * The commands {@code backup} and {@code restore} of the embedded database. Depends on {@code
 * config}, {@code embedded}.
 */
package io.harvester.cli.backup;
