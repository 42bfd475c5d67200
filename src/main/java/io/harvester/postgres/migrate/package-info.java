// SPDX-License-Identifier: Apache-2.0
/**
 * Copies what a database has beside samples to another one, whose ids differ. Depends on {@code
 * postgres.pg}.
 */
package io.harvester.postgres.migrate;
