// SPDX-License-Identifier: Apache-2.0
/** Samples that stand for rollups where the real ones are deleted. Depends on {@code read}. */
package io.harvester.query.rollup;
