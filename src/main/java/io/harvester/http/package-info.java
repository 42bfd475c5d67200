// SPDX-License-Identifier: Apache-2.0
/**
 * The edge: routes, authentication, admission, body limits, and the HTTP response to each outcome.
 * Depends on {@code ingest}, {@code ingest.request}, {@code series}, {@code account}, {@code auth},
 * {@code quota}, {@code storage}, {@code wire}, {@code config}, {@code metrics}.
 */
package io.harvester.http;
