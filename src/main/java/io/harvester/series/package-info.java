// SPDX-License-Identifier: Apache-2.0
/**
 * Label set to series id: a compact cache, keyed by a hash of the raw label bytes, in front of the
 * catalog. Depends on {@code wire}.
 */
package io.harvester.series;
