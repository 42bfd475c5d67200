// SPDX-License-Identifier: Apache-2.0
/**
 * What the benchmark and trial programs share: command line, child processes, HTTP requests, {@code
 * /proc} and hashing. Depends on nothing but the JDK.
 */
package io.harvester.bench.tool;
