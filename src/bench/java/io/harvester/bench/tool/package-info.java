/**
 * What the benchmark and trial programs share: command line, child processes, HTTP requests, {@code
 * /proc} and hashing. Depends on nothing but the JDK.
 */
package io.harvester.bench.tool;
