// SPDX-License-Identifier: Apache-2.0
/**
 * What one node may use: series, samples and bytes, counted in memory, per process. Depends on no
 * other package of Harvester.
 */
package io.harvester.quota;
