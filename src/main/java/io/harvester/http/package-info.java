/**
 * The edge: routes, authentication, admission and body limits, and what an outcome looks like as an
 * HTTP response. Depends on {@code ingest}, {@code ingest.request}, {@code auth}, {@code quota},
 * {@code storage}, {@code wire}, {@code config}, {@code metrics}.
 */
package io.harvester.http;
