// SPDX-License-Identifier: Apache-2.0
/**
 * Sockets: listeners, TLS and its reload, the limit of open files. Depends on {@code http}, {@code
 * ingest.request}, {@code config}, {@code schedule}, {@code metrics}.
 */
package io.harvester.http.server;
