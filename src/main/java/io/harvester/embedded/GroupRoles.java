// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * Creates the group role of readers, and an event trigger that lets it read what any role creates
 * in Harvester's schemas. The service's own role lacks CREATEROLE, so that a fault in it cannot
 * create roles. Only a superuser can create event triggers; their function is a superuser's, too,
 * since it runs with the rights of the role that creates something.
 */
final class GroupRoles {
  private static final String CREATE =
      """
      DO $$ BEGIN
          IF to_regrole('harvester_reader') IS NULL THEN
              CREATE ROLE harvester_reader NOLOGIN;
          END IF;
      END $$;
      CREATE OR REPLACE FUNCTION public.harvester_grant_to_readers() RETURNS event_trigger
      LANGUAGE plpgsql SET search_path = pg_catalog AS $$
      DECLARE
          created record;
      BEGIN
          FOR created IN SELECT c.objid, c.object_identity FROM pg_event_trigger_ddl_commands() c
                          WHERE c.object_type IN ('table', 'view', 'materialized view')
                            AND c.schema_name = ANY (
                                '{harvester,metric,metric_histogram,metric_exemplar,metric_5m,metric_1h,fleet,prom}')
                            AND c.object_identity <> ALL (
                                '{harvester.node_credential,harvester.enrol_key,harvester.reader,harvester.account,harvester.account_session}')
                            AND NOT has_table_privilege('harvester_reader', c.objid, 'SELECT') LOOP
              EXECUTE format('GRANT SELECT ON %s TO harvester_reader', created.object_identity);
          END LOOP;
      END $$;
      DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'harvester_grant_to_readers') THEN
              CREATE EVENT TRIGGER harvester_grant_to_readers ON ddl_command_end
                  WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE VIEW',
                               'CREATE MATERIALIZED VIEW')
                  EXECUTE FUNCTION public.harvester_grant_to_readers();
          END IF;
      END $$
      """;

  private GroupRoles() {}

  /** Creates what is missing, also in a cluster that an earlier release created. */
  static void create(int port, String superuserPassword) throws EmbeddedPostgresException {
    Properties login = new Properties();
    login.setProperty("user", EmbeddedPostgres.SUPERUSER);
    login.setProperty("password", superuserPassword);
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + EmbeddedPostgres.NAME;
    try (Connection connection = DriverManager.getConnection(url, login);
        Statement statement = connection.createStatement()) {
      statement.execute(CREATE);
    } catch (SQLException e) {
      throw new EmbeddedPostgresException("cannot create role harvester_reader", e);
    }
  }
}
