// SPDX-License-Identifier: Apache-2.0
/**
 * The command line: starts the service, and runs commands for operators in the database of the
 * aggregator. Depends on {@code cli.backup}, {@code cli.doctor}, {@code cli.migrate}, {@code
 * cli.sql}, {@code config}, {@code account}, {@code auth}, {@code embedded}, {@code
 * postgres.access}, {@code postgres.pg}, {@code quota}.
 */
package io.harvester.cli;
