/**
 * Load generator, exactly-once trials and the side-by-side benchmark. Everything here talks to an
 * aggregator from outside: over HTTP, SQL and signals. Depends on no package of ours; the load
 * generator depends on nothing but the JDK, because it shares the machine with what it measures.
 */
package io.harvester.bench;
