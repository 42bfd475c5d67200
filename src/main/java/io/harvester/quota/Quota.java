// SPDX-License-Identifier: Apache-2.0
package io.harvester.quota;

/**
 * What one node may use; 0: no limit.
 *
 * @param series number of series with a sample within the last hour
 * @param newSeriesPerHour number of series that are new to the catalog
 * @param samplesPerSecond averaged over ten seconds
 * @param bodyBytesPerSecond of compressed bodies, averaged over ten seconds
 */
public record Quota(
    int series, int newSeriesPerHour, int samplesPerSecond, long bodyBytesPerSecond) {

  /** This quota, but for what an override sets. */
  Quota with(QuotaOverride o) {
    return new Quota(
        o.series() == null ? series : o.series(),
        o.newSeriesPerHour() == null ? newSeriesPerHour : o.newSeriesPerHour(),
        o.samplesPerSecond() == null ? samplesPerSecond : o.samplesPerSecond(),
        o.bodyBytesPerSecond() == null ? bodyBytesPerSecond : o.bodyBytesPerSecond());
  }
}
