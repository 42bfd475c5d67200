// SPDX-License-Identifier: Apache-2.0
/**
 * What the command {@code doctor} looks at: the machine, the database, the nodes. Depends on {@code
 * config}.
 */
package io.harvester.cli.doctor;
