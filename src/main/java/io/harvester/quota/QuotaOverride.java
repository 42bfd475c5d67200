// SPDX-License-Identifier: Apache-2.0
package io.harvester.quota;

/** What an operator set for one node; null: the default applies. */
public record QuotaOverride(
    Integer series, Integer newSeriesPerHour, Integer samplesPerSecond, Long bodyBytesPerSecond) {}
