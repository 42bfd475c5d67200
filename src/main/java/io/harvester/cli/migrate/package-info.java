// SPDX-License-Identifier: Apache-2.0
/** The command {@code migrate}: what it is asked for. Depends on {@code config}. */
package io.harvester.cli.migrate;
