// SPDX-License-Identifier: Apache-2.0
/**
 * Native histograms as PromQL of Prometheus 3.5 computes with them, and the buckets of classic
 * histograms. Depends on {@code wire}, {@code query.text}.
 */
package io.harvester.query.histogram;
