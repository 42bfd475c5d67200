// SPDX-License-Identifier: Apache-2.0
import { type Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { columns, dashboard, graph, list, stack, stat } from './panels.js';
import { annotations, instant, labelValues, range, rows } from './sources.js';

const ONE = 'instance=~"$instance"';

function rate(metric: string, by: string, more = ''): string {
  return `sum by (${by}) (rate(${metric}{${ONE}${more}}[$__rate_interval]))`;
}

/** Quantiles of a histogram of durations. */
function quantiles(metric: string, more = '') {
  return [0.99, 0.9, 0.5].map((q) => range(`histogram_quantile(${q}, sum by (le) (rate(${metric}_bucket{${ONE}${more}}[$__rate_interval])))`, `${q * 100} %`));
}

function gauge(metric: string, legend: string) {
  return range(`sum by (instance) (${metric}{${ONE}})`, legend);
}

/** A counter that appears with its first increment: 0 until then. */
function appearing(metric: string, by: string) {
  return range(`${rate(metric, by)} or vector(0)`, `{{${by}}}`);
}

const WRITE = ',route="/api/v1/write"';

export function harvester(): Dashboard {
  return dashboard('harvester-aggregator', 'Harvester itself', 'The aggregator by its own metrics, which a Prometheus scrapes from /metrics (docs/grafana.md).', 1)
    .withVariable(labelValues('instance', 'Aggregator', 'Address of the aggregator, as its Prometheus scrapes it.', 'harvester_build_info', 'instance').multi(true).includeAll(true).allValue('.+').current({ text: 'All', value: '$__all' }))
    .annotation(annotations('Maintenance by people', 'blue', "kind = 'maintenance'"))
    .annotation(annotations('Maintenance of chunks', 'gray', "kind = 'storage'").enable(false))
    .withRow(new RowBuilder('Now'))
    .withPanel(stat('Database', '1 while the database takes writes, else 0.', 'short', instant(`min(harvester_database_up{${ONE}})`), 1, 0.5))
    .withPanel(stat('Fast path', '1 while compressed columns pass between the aggregator and TimescaleDB. Tiers without columnstore have 0.', 'short', instant(`min(harvester_fast_path{${ONE}})`)))
    .withPanel(stat('Samples per second', 'Samples that are committed per second.', 'short', instant(`sum(rate(harvester_samples_stored_total{${ONE}}[$__rate_interval]))`)))
    .withPanel(stat('Nodes', 'Nodes in the series cache.', 'short', instant(`max(harvester_nodes_known{${ONE}})`)))
    .withPanel(stat('Series', 'Series in the series cache.', 'short', instant(`max(harvester_series_cached{${ONE}})`)))
    .withPanel(stat('Rejected', 'Samples within the time range that can never be stored. They are lost.', 'short', instant(`sum(increase(harvester_samples_rejected_total{${ONE}}[$__range])) or vector(0)`), 1, 1000))
    .withPanel(stat('Conflicts', 'Samples within the time range for whose timestamp another value is stored.', 'short', instant(`sum(increase(harvester_samples_conflict_total{${ONE}}[$__range]))`), 1, 1000))
    .withPanel(stat('Certificate ends in', 'Of the listener with TLS.', 's', instant(`min(harvester_tls_certificate_expiry_timestamp_seconds{${ONE}}) - time()`), 1209600, 259200))
    .withRow(new RowBuilder('Writing'))
    .withPanel(stack('Samples by outcome', 'Duplicates are retries and HA pairs. Failed samples are sent again. Rejected ones and conflicts are lost.', 'cps',
      ...['stored', 'duplicate', 'conflict', 'failed'].map((outcome) => range(`sum(rate(harvester_samples_${outcome}_total{${ONE}}[$__rate_interval]))`, outcome)), range(`sum(rate(harvester_samples_rejected_total{${ONE}}[$__rate_interval])) or vector(0)`, 'rejected')))
    .withPanel(graph('Write requests by status', '204: committed. 400: part of it can never be stored. 503: refused, and sent again.', 'reqps', range(rate('harvester_http_request_duration_seconds_count', 'status', WRITE), '{{status}}')))
    .withPanel(graph('Duration of write requests', 'From the first header byte to the response, which follows the commit.', 's', ...quantiles('harvester_http_request_duration_seconds', WRITE)))
    .withPanel(graph('Duration of write transactions', 'From the first statement to the commit.', 's', ...quantiles('harvester_write_duration_seconds')))
    .withPanel(graph('Time until a commit is on disk', 'The database flushes its WAL for all transactions that are committed so far.', 's', ...quantiles('harvester_flush_duration_seconds')))
    .withPanel(graph('Samples per write transaction', 'Larger batches mean that requests queue up: the database is the slower part.', 'short', range(`${rate('harvester_write_batch_samples_sum', 'instance')} / ${rate('harvester_write_batch_samples_count', 'instance')}`, '{{instance}}')))
    .withPanel(graph('Requests in flight', 'Being received, decoded or written, and of these those that wait for a writer.', 'short', gauge('harvester_requests_in_flight', '{{instance}} in flight'), gauge('harvester_write_queue_requests', '{{instance}} queue')))
    .withPanel(graph('Memory of requests in flight', 'At its limit, further requests are answered 503.', 'bytes', gauge('harvester_requests_in_flight_bytes', '{{instance}}')))
    .withPanel(graph('Connections', 'Open client connections.', 'short', gauge('harvester_http_connections', '{{instance}}')))
    .withPanel(graph('Samples compared with the database', 'Late samples of which memory does not know whether they are new.', 'cps', range(rate('harvester_samples_compared_total', 'instance'), '{{instance}}')))
    .withRow(new RowBuilder('What is refused'))
    .withPanel(graph('Rejections by reason', 'Samples that can never be stored. harvester.rejected_sample has nodes and examples.', 'cps', appearing('harvester_samples_rejected_total', 'reason')))
    .withPanel(graph('Conflicts', 'Samples for whose timestamp another value is stored: two senders write the same series. harvester.sample_conflict has them.', 'cps', range(rate('harvester_samples_conflict_total', 'instance'), '{{instance}}')))
    .withPanel(graph('Retries of write transactions', 'By reason. The senders do not notice them.', 'cps', appearing('harvester_write_retries_total', 'reason')))
    .withPanel(graph('Histograms and exemplars', 'Stored native histograms and exemplars.', 'cps', range(`sum(rate(harvester_histograms_stored_total{${ONE}}[$__rate_interval]))`, 'native histograms'), range(`sum(rate(harvester_exemplars_stored_total{${ONE}}[$__rate_interval]))`, 'exemplars')))
    .withRow(new RowBuilder('Series cache'))
    .withPanel(graph('Series', 'Series in memory. Those that were not sent for an hour are evicted.', 'short', gauge('harvester_series_cached', '{{instance}}')))
    .withPanel(graph('Memory of the series cache', 'Labels and states of the series in memory.', 'bytes', gauge('harvester_series_cache_bytes', '{{instance}}')))
    .withPanel(graph('Evicted series', 'Many at all times: senders have labels whose values change.', 'cps', range(rate('harvester_series_evicted_total', 'instance'), '{{instance}}')))
    .withPanel(graph('Series with the label node of another node', 'New series that were stored with the label exported_node.', 'cps', range(rate('harvester_series_renamed_total', 'instance'), '{{instance}}')))
    .withRow(new RowBuilder('Queries'))
    .withPanel(graph('Queries', 'PromQL, by endpoint.', 'reqps', range(rate('harvester_query_duration_seconds_count', 'endpoint'), '{{endpoint}}')))
    .withPanel(graph('Queries that fail', 'By the type of their error.', 'reqps', range(`${rate('harvester_query_duration_seconds_count', 'outcome', ',outcome!="success"')} or vector(0)`, '{{outcome}}')))
    .withPanel(graph('Duration of queries', 'From their arrival to the end of their answer.', 's', ...quantiles('harvester_query_duration_seconds')))
    .withPanel(graph('Queries at once', 'HARVESTER_QUERY_CONCURRENCY run; the others wait.', 'short', gauge('harvester_queries_running', '{{instance}} run'), gauge('harvester_queries_waiting', '{{instance}} wait')))
    .withRow(new RowBuilder('Maintenance'))
    .withPanel(graph('Merged samples', 'Merge of compressed batches in open chunks (tier columnar).', 'cps', range(rate('harvester_merge_samples_total', 'instance'), '{{instance}}')))
    .withPanel(graph('Backlog of the merge', 'Samples that the last round left to the next one.', 'short', gauge('harvester_merge_backlog_samples', '{{instance}}')))
    .withPanel(graph('Time of the merge', 'Share of the time in which chunks are merged.', 'percentunit', range(rate('harvester_merge_seconds_total', 'instance'), '{{instance}}')))
    .withPanel(graph('Rounds of the merge', 'Those that yield left work because the writers were busy.', 'cps', range(rate('harvester_merge_rounds_total', 'instance'), '{{instance}} rounds'), range(rate('harvester_merge_yields_total', 'instance'), '{{instance}} yields')))
    .withPanel(graph('Packed samples', 'Rows of closed chunks that are packed into arrays (tiers hypertable and postgres).', 'cps', range(rate('harvester_pack_samples_total', 'instance'), '{{instance}}')))
    .withPanel(graph('Lag of packing', 'How long the oldest samples that are due to be packed have been due.', 's', gauge('harvester_pack_lag_seconds', '{{instance}}')))
    .withPanel(graph('Age of the last success of each task', 'A task that does not succeed ages here.', 's', range(`time() - max by (task) (harvester_task_last_success_timestamp_seconds{${ONE}})`, '{{task}}')))
    .withPanel(graph('Retention', 'Dropped chunks, and rows deleted by rules of nodes and metrics.', 'short', range(`sum(increase(harvester_retention_chunks_dropped_total{${ONE}}[$__rate_interval]))`, 'chunks'), range(`sum(increase(harvester_retention_rows_deleted_total{${ONE}}[$__rate_interval]))`, 'rows')))
    .withPanel(graph('Detours around the fast path', 'Reads, comparisons and merges of a chunk whose compressed columns cannot be decoded.', 'cps', range(rate('harvester_fast_path_detours_total', 'instance'), '{{instance}}')))
    .withPanel(columns(list('Aggregators', 'Versions and storage tiers.', {}, rows(`group by (instance, version) (harvester_build_info{${ONE}})`).refId('A'), rows(`group by (instance, tier) (harvester_storage_tier_info{${ONE}})`).refId('B')), { instance: 'Aggregator', version: 'Version', tier: 'Tier' }, ['Value #A', 'Value #B']).height(8))
    .build();
}
