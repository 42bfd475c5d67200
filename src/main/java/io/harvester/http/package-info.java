/**
 * The edge: server, routes, body limits, and what an outcome looks like as an HTTP answer. The only
 * package that sees an HTTP request; depends on ingest and wire.
 */
package io.harvester.http;
