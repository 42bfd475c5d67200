// SPDX-License-Identifier: Apache-2.0
/**
 * What ingest asks of a database: ports and row types. No SQL, no driver. Depends on {@code
 * series}, {@code wire}.
 */
package io.harvester.storage;
