-- Privileges of the group role harvester_reader, for Grafana and people. Roles belong to the whole server,
-- and creating them takes CREATEROLE: without it, this migration skips the role. CREATE ROLE
-- harvester_reader creates it later; each start of an aggregator grants its privileges, and it
-- looks again every minute. So a role that is created, or objects that are restored without
-- privileges, while aggregators run need no restart.

-- Only what is missing is granted: two sessions that change the privileges of one object at the same time
-- get the error "tuple concurrently updated", and aggregators start while others run.
CREATE OR REPLACE FUNCTION grant_privileges() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    schema_name regnamespace;
    relation    regclass;
BEGIN
    IF to_regrole('harvester_reader') IS NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('harvester.grant_privileges'));
    FOR schema_name IN SELECT oid FROM pg_namespace
                        WHERE nspname = ANY ('{harvester,metric,metric_histogram,metric_exemplar,metric_5m,metric_1h,fleet,prom}') LOOP
        IF NOT has_schema_privilege('harvester_reader', schema_name, 'USAGE') THEN
            EXECUTE format('GRANT USAGE ON SCHEMA %s TO harvester_reader', schema_name);
        END IF;
        -- For what this role creates from now on. All aggregators create as the owner of schema harvester.
        IF NOT EXISTS (SELECT FROM pg_default_acl d, aclexplode(d.defaclacl) a
                        WHERE d.defaclnamespace = schema_name AND d.defaclobjtype = 'r'
                          AND d.defaclrole = current_user::regrole
                          AND a.grantee = 'harvester_reader'::regrole) THEN
            EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %s GRANT SELECT ON TABLES TO harvester_reader',
                           schema_name);
        END IF;
        FOR relation IN SELECT c.oid FROM pg_class c
                         WHERE c.relnamespace = schema_name AND c.relkind IN ('r', 'p', 'v', 'm')
                           AND c.relname NOT IN ('node_credential', 'enrol_key', 'reader', 'account', 'account_session')
                           AND pg_has_role(c.relowner, 'USAGE') -- else only its owner can grant
                           AND NOT has_table_privilege('harvester_reader', c.oid, 'SELECT') LOOP
            EXECUTE format('GRANT SELECT ON %s TO harvester_reader', relation);
        END LOOP;
    END LOOP;
    IF has_table_privilege('harvester_reader', 'harvester.node_credential', 'SELECT')
       OR has_table_privilege('harvester_reader', 'harvester.enrol_key', 'SELECT')
       OR has_table_privilege('harvester_reader', 'harvester.reader', 'SELECT')
       OR has_table_privilege('harvester_reader', 'harvester.account', 'SELECT')
       OR has_table_privilege('harvester_reader', 'harvester.account_session', 'SELECT') THEN
        REVOKE ALL ON harvester.node_credential, harvester.enrol_key, harvester.reader, harvester.account,
                      harvester.account_session FROM harvester_reader;
    END IF;
END $$;

COMMENT ON FUNCTION grant_privileges IS
    'Grants harvester_reader its privileges. Each start of an aggregator calls it, and then once a minute.';

-- After a restore of some schemas only, table metric has names of views that do not exist.
CREATE OR REPLACE FUNCTION forget_lost_views() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE harvester.metric m
       SET view_name = CASE WHEN v.value_view IS NOT NULL THEN m.view_name END,
           view_label_count = CASE WHEN v.value_view IS NOT NULL THEN m.view_label_count ELSE 0 END,
           histogram_view_label_count =
               CASE WHEN v.histogram_view IS NOT NULL THEN m.histogram_view_label_count
                    WHEN m.histogram_view_label_count >= 0 THEN -1 ELSE m.histogram_view_label_count END,
           exemplar_view_label_count =
               CASE WHEN v.exemplar_view IS NOT NULL THEN m.exemplar_view_label_count
                    WHEN m.exemplar_view_label_count >= 0 THEN -1 ELSE m.exemplar_view_label_count END,
           rollup_5m_view_label_count =
               CASE WHEN v.rollup_5m_view IS NOT NULL THEN m.rollup_5m_view_label_count ELSE -1 END,
           rollup_1h_view_label_count =
               CASE WHEN v.rollup_1h_view IS NOT NULL THEN m.rollup_1h_view_label_count ELSE -1 END
      FROM (SELECT x.metric_id,
                   to_regclass(format('metric.%I', x.view_name)) AS value_view,
                   to_regclass(format('metric_histogram.%I', x.view_name)) AS histogram_view,
                   to_regclass(format('metric_exemplar.%I', x.view_name)) AS exemplar_view,
                   to_regclass(format('metric_5m.%I', x.view_name)) AS rollup_5m_view,
                   to_regclass(format('metric_1h.%I', x.view_name)) AS rollup_1h_view
              FROM harvester.metric x WHERE x.view_name IS NOT NULL) v
     WHERE m.metric_id = v.metric_id
       AND (v.value_view IS NULL
            OR (m.histogram_view_label_count >= 0 AND v.histogram_view IS NULL)
            OR (m.exemplar_view_label_count >= 0 AND v.exemplar_view IS NULL)
            OR (m.rollup_5m_view_label_count >= 0 AND v.rollup_5m_view IS NULL)
            OR (m.rollup_1h_view_label_count >= 0 AND v.rollup_1h_view IS NULL));
END $$;

COMMENT ON FUNCTION forget_lost_views IS
    'Internal, called at each start of an aggregator: marks views that are missing to be created again.';

DO $$
BEGIN
    IF to_regrole('harvester_reader') IS NULL THEN
        CREATE ROLE harvester_reader NOLOGIN;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'role harvester_reader was not created: this role lacks CREATEROLE';
    WHEN duplicate_object OR unique_violation THEN
        NULL;  -- created meanwhile by a migration of another database of this server
END $$;
