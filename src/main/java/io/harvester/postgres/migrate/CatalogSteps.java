// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.migrate;

import io.harvester.postgres.migrate.CatalogCopy.Step;
import java.util.List;

/**
 * The tables that are copied. What the source has is taken over, unless the target has something
 * newer: an aggregator may write to it already.
 */
final class CatalogSteps {
  private static final Step NODES =
      new Step(
          "nodes",
          "SELECT name, first_seen FROM harvester.node",
          """
          INSERT INTO harvester.node (name, first_seen)
          SELECT * FROM jsonb_to_recordset(?::jsonb) AS r (name text, first_seen timestamptz)
          ON CONFLICT (name) DO UPDATE SET first_seen = least(node.first_seen, excluded.first_seen)
          """);

  private static final Step METADATA =
      new Step(
          "metrics with metadata",
          """
          SELECT name, type, help, unit, family FROM harvester.metric
           WHERE num_nonnulls(type, help, unit) > 0
          """,
          """
          INSERT INTO harvester.metric (name, type, help, unit, family)
          SELECT * FROM jsonb_to_recordset(?::jsonb)
                     AS r (name text, type text, help text, unit text, family text)
          ON CONFLICT (name) DO UPDATE
             SET type = excluded.type, help = excluded.help, unit = excluded.unit,
                 family = excluded.family
           WHERE num_nonnulls(metric.type, metric.help, metric.unit) = 0
          """);

  private static final Step TAGS =
      new Step(
          "tags",
          """
          SELECT n.name AS node, t.key, t.value
            FROM harvester.node_tag t JOIN harvester.node n USING (node_id)
          """,
          """
          INSERT INTO harvester.node_tag (node_id, key, value)
          SELECT n.node_id, r.key, r.value
            FROM jsonb_to_recordset(?::jsonb) AS r (node text, key text, value text)
            JOIN harvester.node n ON n.name = r.node
          ON CONFLICT (node_id, key) DO UPDATE SET value = excluded.value
          """);

  private static final Step ANNOTATIONS =
      new Step(
          "annotations",
          "SELECT time, time_end, node, kind, who, text FROM harvester.annotation",
          """
          INSERT INTO harvester.annotation (time, time_end, node, kind, who, text)
          SELECT r.* FROM jsonb_to_recordset(?::jsonb)
                       AS r (time timestamptz, time_end timestamptz, node text, kind text,
                             who text, text text)
           WHERE NOT EXISTS (
                   SELECT FROM harvester.annotation a
                    WHERE (a.time, a.kind, a.who, a.text) = (r.time, r.kind, r.who, r.text)
                      AND a.node IS NOT DISTINCT FROM r.node)
          """);

  private static final Step REJECTIONS =
      new Step(
          "rejections",
          """
          SELECT node, metric, reason, rejections, example, example_time_ms, first_at, last_at
            FROM harvester.rejected_sample
          """,
          """
          INSERT INTO harvester.rejected_sample AS t
                 (node, metric, reason, rejections, example, example_time_ms, first_at, last_at)
          SELECT * FROM jsonb_to_recordset(?::jsonb)
                     AS r (node text, metric text, reason text, rejections bigint, example text,
                           example_time_ms bigint, first_at timestamptz, last_at timestamptz)
          ON CONFLICT (node, metric, reason) DO UPDATE
             SET rejections = greatest(t.rejections, excluded.rejections),
                 first_at = least(t.first_at, excluded.first_at),
                 last_at = greatest(t.last_at, excluded.last_at)
          """);

  private static final Step STARTS =
      new Step(
          "start times",
          """
          SELECT s.fingerprint, t.start_time, t.first_sample_time
            FROM harvester.series_start t JOIN harvester.series s USING (series_id)
          """,
          """
          INSERT INTO harvester.series_start AS t
                 (series_id, node_id, start_time, first_sample_time)
          SELECT s.series_id, s.node_id, r.start_time, r.first_sample_time
            FROM jsonb_to_recordset(?::jsonb)
                   AS r (fingerprint uuid, start_time timestamptz, first_sample_time timestamptz)
            JOIN harvester.series s ON s.fingerprint = r.fingerprint
          ON CONFLICT (series_id, start_time) DO UPDATE
             SET first_sample_time = least(t.first_sample_time, excluded.first_sample_time)
          """);

  private static final Step CONFLICTS =
      new Step(
          "conflicts",
          """
          SELECT s.fingerprint, c.time, c.stored_value, c.rejected_value, c.conflicts, c.first_at,
                 c.last_at
            FROM harvester.sample_conflict c JOIN harvester.series s USING (series_id)
          """,
          """
          INSERT INTO harvester.sample_conflict AS t
                 (series_id, node_id, time, stored_value, rejected_value, conflicts, first_at,
                  last_at)
          SELECT s.series_id, s.node_id, r.time, r.stored_value, r.rejected_value, r.conflicts,
                 r.first_at, r.last_at
            FROM jsonb_to_recordset(?::jsonb)
                   AS r (fingerprint uuid, time timestamptz, stored_value float8,
                         rejected_value float8, conflicts bigint, first_at timestamptz,
                         last_at timestamptz)
            JOIN harvester.series s ON s.fingerprint = r.fingerprint
          ON CONFLICT (series_id) DO UPDATE
             SET conflicts = greatest(t.conflicts, excluded.conflicts),
                 first_at = least(t.first_at, excluded.first_at)
          """);

  private static final Step INFO =
      new Step(
          "facts about nodes",
          """
          SELECT n.name AS node, i.metric, s.fingerprint, i.labels, i.sample_time, i.ended
            FROM harvester.node_info i
            JOIN harvester.node n USING (node_id)
            JOIN harvester.series s USING (series_id)
          """,
          """
          INSERT INTO harvester.node_info AS t
                 (node_id, metric, series_id, labels, sample_time, ended)
          SELECT n.node_id, r.metric, s.series_id, r.labels, r.sample_time, r.ended
            FROM jsonb_to_recordset(?::jsonb)
                   AS r (node text, metric text, fingerprint uuid, labels jsonb,
                         sample_time timestamptz, ended boolean)
            JOIN harvester.node n ON n.name = r.node
            JOIN harvester.series s ON s.fingerprint = r.fingerprint
          ON CONFLICT (node_id, metric) DO UPDATE
             SET series_id = excluded.series_id, labels = excluded.labels,
                 sample_time = excluded.sample_time, ended = excluded.ended
           WHERE excluded.sample_time > t.sample_time
          """);

  /**
   * A node seems to write while it is migrated, with samples of long ago. If nobody else writes it
   * in the target, its state is that of the source.
   */
  private static final Step STATES =
      new Step(
          "states of nodes",
          """
          SELECT name, last_write_at, newest_sample_time, samples_total, up_since, clock_ahead,
                 clock_ahead_before, clock_ahead_since
            FROM harvester.node WHERE newest_sample_time IS NOT NULL
          """,
          """
          UPDATE harvester.node n
             SET last_write_at = r.last_write_at,
                 samples_total = greatest(n.samples_total, r.samples_total),
                 up_since = r.up_since, clock_ahead = r.clock_ahead,
                 clock_ahead_before = r.clock_ahead_before,
                 clock_ahead_since = r.clock_ahead_since
            FROM jsonb_to_recordset(?::jsonb)
                   AS r (name text, last_write_at timestamptz, newest_sample_time timestamptz,
                         samples_total bigint, up_since timestamptz, clock_ahead float8,
                         clock_ahead_before float8, clock_ahead_since timestamptz)
           WHERE n.name = r.name AND n.newest_sample_time <= r.newest_sample_time
          """);

  private static final Step NODE_RETENTION =
      new Step(
          "retention of nodes",
          """
          SELECT n.name, t.period::text AS period
            FROM harvester.retention_rule t JOIN harvester.node n USING (node_id)
          """,
          """
          INSERT INTO harvester.retention_rule (node_id, period)
          SELECT n.node_id, r.period
            FROM jsonb_to_recordset(?::jsonb) AS r (name text, period interval)
            JOIN harvester.node n USING (name)
          ON CONFLICT (node_id) DO NOTHING
          """);

  private static final Step METRIC_RETENTION =
      new Step(
          "retention of metrics",
          """
          SELECT m.name, t.period::text AS period
            FROM harvester.retention_rule t JOIN harvester.metric m USING (metric_id)
          """,
          """
          INSERT INTO harvester.retention_rule (metric_id, period)
          SELECT m.metric_id, r.period
            FROM jsonb_to_recordset(?::jsonb) AS r (name text, period interval)
            JOIN harvester.metric m USING (name)
          ON CONFLICT (metric_id) DO NOTHING
          """);

  static final List<Step> BEFORE_SAMPLES =
      List.of(
          NODES,
          METADATA,
          AccessSteps.ENROL_KEYS,
          AccessSteps.CREDENTIALS,
          AccessSteps.QUOTAS,
          AccessSteps.READERS,
          AccessSteps.ACCOUNTS,
          TAGS,
          ANNOTATIONS,
          AccessSteps.EVENTS,
          REJECTIONS);

  static final List<Step> AFTER_SAMPLES =
      List.of(STARTS, CONFLICTS, INFO, STATES, NODE_RETENTION, METRIC_RETENTION);

  private CatalogSteps() {}
}
