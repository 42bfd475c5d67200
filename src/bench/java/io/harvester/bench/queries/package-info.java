// SPDX-License-Identifier: Apache-2.0
/** PromQL queries of dashboards, timed on several servers that hold the same data. */
package io.harvester.bench.queries;
