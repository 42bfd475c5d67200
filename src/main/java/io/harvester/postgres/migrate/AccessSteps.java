// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.migrate;

import io.harvester.postgres.migrate.CatalogCopy.Step;

/** Who may write and read: the rows of credentials, quotas, readers and accounts. */
final class AccessSteps {
  static final Step ENROL_KEYS =
      new Step(
          "enrolment keys",
          """
          SELECT key_hash, node_pattern, uses_left, re_enrol, created_at, expires_at
            FROM harvester.enrol_key
          """,
          """
          INSERT INTO harvester.enrol_key
                 (key_hash, node_pattern, uses_left, re_enrol, created_at, expires_at)
          SELECT * FROM jsonb_to_recordset(?::jsonb)
                     AS r (key_hash bytea, node_pattern text, uses_left int, re_enrol boolean,
                           created_at timestamptz, expires_at timestamptz)
          ON CONFLICT (key_hash) DO UPDATE
             SET uses_left = least(enrol_key.uses_left, excluded.uses_left)
          """);

  static final Step CREDENTIALS =
      new Step(
          "credentials",
          """
          SELECT n.name AS node, c.token_hash, k.key_hash, c.created_at, c.expires_at, c.revoked_at
            FROM harvester.node_credential c
            JOIN harvester.node n USING (node_id)
            LEFT JOIN harvester.enrol_key k USING (enrol_key_id)
          """,
          """
          INSERT INTO harvester.node_credential
                 (node_id, token_hash, enrol_key_id, created_at, expires_at, revoked_at)
          SELECT n.node_id, r.token_hash, k.enrol_key_id, r.created_at, r.expires_at, r.revoked_at
            FROM jsonb_to_recordset(?::jsonb)
                   AS r (node text, token_hash bytea, key_hash bytea, created_at timestamptz,
                         expires_at timestamptz, revoked_at timestamptz)
            JOIN harvester.node n ON n.name = r.node
            LEFT JOIN harvester.enrol_key k ON k.key_hash = r.key_hash
          ON CONFLICT (token_hash) DO UPDATE
             SET expires_at = least(node_credential.expires_at, excluded.expires_at),
                 revoked_at = least(node_credential.revoked_at, excluded.revoked_at)
          """);

  static final Step QUOTAS =
      new Step(
          "quotas and permissions",
          """
          SELECT n.name AS node, a.disabled_at, a.may_write, a.max_series,
                 a.max_new_series_per_hour, a.max_samples_per_second, a.max_body_bytes_per_second
            FROM harvester.node_access a JOIN harvester.node n USING (node_id)
          """,
          """
          INSERT INTO harvester.node_access
                 (node_id, disabled_at, may_write, max_series, max_new_series_per_hour,
                  max_samples_per_second, max_body_bytes_per_second)
          SELECT n.node_id, r.disabled_at, r.may_write, r.max_series, r.max_new_series_per_hour,
                 r.max_samples_per_second, r.max_body_bytes_per_second
            FROM jsonb_to_recordset(?::jsonb)
                   AS r (node text, disabled_at timestamptz, may_write text[], max_series int,
                         max_new_series_per_hour int, max_samples_per_second int,
                         max_body_bytes_per_second bigint)
            JOIN harvester.node n ON n.name = r.node
          ON CONFLICT (node_id) DO UPDATE
             SET disabled_at = excluded.disabled_at, may_write = excluded.may_write,
                 max_series = excluded.max_series,
                 max_new_series_per_hour = excluded.max_new_series_per_hour,
                 max_samples_per_second = excluded.max_samples_per_second,
                 max_body_bytes_per_second = excluded.max_body_bytes_per_second
          """);

  static final Step READERS =
      new Step(
          "readers",
          "SELECT name, token_hash, may_read, created_at FROM harvester.reader WHERE NOT sql",
          """
          INSERT INTO harvester.reader (name, token_hash, may_read, created_at)
          SELECT * FROM jsonb_to_recordset(?::jsonb)
                     AS r (name text, token_hash bytea, may_read text[], created_at timestamptz)
          ON CONFLICT (name) DO UPDATE
             SET token_hash = excluded.token_hash, may_read = excluded.may_read
           WHERE NOT reader.sql
          """);

  /** Sessions stay behind: people sign in again. */
  static final Step ACCOUNTS =
      new Step(
          "accounts",
          """
          SELECT name, password_hash, admin, may_read, created_at, disabled_at
            FROM harvester.account
          """,
          """
          INSERT INTO harvester.account
                 (name, password_hash, admin, may_read, created_at, disabled_at)
          SELECT * FROM jsonb_to_recordset(?::jsonb)
                     AS r (name text, password_hash text, admin boolean, may_read text[],
                           created_at timestamptz, disabled_at timestamptz)
          ON CONFLICT (name) DO UPDATE
             SET password_hash = excluded.password_hash, admin = excluded.admin,
                 may_read = excluded.may_read, disabled_at = excluded.disabled_at
          """);

  static final Step EVENTS =
      new Step(
          "events of access",
          """
          SELECT e.at, e.kind, e.event, e.node, k.key_hash, e.address, e.actor
            FROM harvester.access_event e LEFT JOIN harvester.enrol_key k USING (enrol_key_id)
          """,
          """
          INSERT INTO harvester.access_event (at, kind, event, node, enrol_key_id, address, actor)
          SELECT r.at, r.kind, r.event, r.node, k.enrol_key_id, r.address, r.actor
            FROM jsonb_to_recordset(?::jsonb)
                   AS r (at timestamptz, kind text, event text, node text, key_hash bytea,
                         address text, actor text)
            LEFT JOIN harvester.enrol_key k ON k.key_hash = r.key_hash
           WHERE NOT EXISTS (
                   SELECT FROM harvester.access_event e
                    WHERE (e.at, e.event, e.actor) = (r.at, r.event, r.actor)
                      AND e.node IS NOT DISTINCT FROM r.node)
          """);

  private AccessSteps() {}
}
