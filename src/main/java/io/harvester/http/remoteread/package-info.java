// SPDX-License-Identifier: Apache-2.0
/**
 * The messages of Prometheus's remote read: questions, samples, and XOR chunks. Depends on {@code
 * read}, {@code query.value}, {@code wire}.
 */
package io.harvester.http.remoteread;
