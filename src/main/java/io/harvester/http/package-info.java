/**
 * The edge: listeners, routes, body limits, who is let in, and what an outcome looks like as an
 * HTTP answer. The only package that sees an HTTP request; depends on ingest, auth, fleet, wire,
 * config and metrics.
 */
package io.harvester.http;
