// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import java.util.function.BooleanSupplier;

/**
 * A request of somebody who may read.
 *
 * @param scope the nodes that the asker may read
 * @param cancelled whether the asker has gone
 * @param queuedNanos how long the request has waited for a thread
 */
record Call(
    Parameters parameters,
    QueryBackend backend,
    ReadScope scope,
    BooleanSupplier cancelled,
    long queuedNanos) {}
