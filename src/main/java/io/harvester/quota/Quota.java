package io.harvester.quota;

/**
 * What one node may use; 0: without bound.
 *
 * @param series series with a sample within the last hour
 * @param newSeriesPerHour series that the catalog has never seen
 * @param samplesPerSecond samples, averaged over some seconds
 * @param bodyBytesPerSecond compressed bodies, averaged over some seconds
 */
public record Quota(
    int series, int newSeriesPerHour, int samplesPerSecond, long bodyBytesPerSecond) {

  Quota with(QuotaOverride o) {
    return new Quota(
        o.series() == null ? series : o.series(),
        o.newSeriesPerHour() == null ? newSeriesPerHour : o.newSeriesPerHour(),
        o.samplesPerSecond() == null ? samplesPerSecond : o.samplesPerSecond(),
        o.bodyBytesPerSecond() == null ? bodyBytesPerSecond : o.bodyBytesPerSecond());
  }
}
