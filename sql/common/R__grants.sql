-- Privileges of two group roles: harvester_reader for Grafana and people, harvester_writer for an
-- aggregator that does not own the tables. Roles belong to the whole server, and creating them takes
-- CREATEROLE: without it, this migration skips them. They can be created later with
--     CREATE ROLE harvester_reader; CREATE ROLE harvester_writer; SELECT harvester.grant_privileges();

CREATE OR REPLACE FUNCTION grant_privileges() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF to_regrole('harvester_reader') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA harvester, metric, metric_histogram, metric_exemplar TO harvester_reader;
        GRANT SELECT ON ALL TABLES IN SCHEMA harvester, metric, metric_histogram, metric_exemplar
            TO harvester_reader;
        REVOKE ALL ON harvester.node_credential, harvester.enrol_key FROM harvester_reader;
        ALTER DEFAULT PRIVILEGES IN SCHEMA harvester, metric, metric_histogram, metric_exemplar
            GRANT SELECT ON TABLES TO harvester_reader;
    ELSE
        RAISE NOTICE 'role harvester_reader does not exist: grant Grafana''s role SELECT on schema metric';
    END IF;
    IF to_regrole('harvester_writer') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA harvester TO harvester_writer;
        GRANT USAGE, CREATE ON SCHEMA metric, metric_histogram, metric_exemplar TO harvester_writer;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA harvester TO harvester_writer;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA harvester TO harvester_writer;
        ALTER DEFAULT PRIVILEGES IN SCHEMA harvester
            GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO harvester_writer;
    END IF;
END $$;

COMMENT ON FUNCTION grant_privileges IS
    'Grants harvester_reader and harvester_writer their privileges. Run it again after creating the roles.';

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['harvester_reader', 'harvester_writer'] LOOP
        IF to_regrole(role_name) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
            EXCEPTION
                WHEN insufficient_privilege THEN
                    RAISE NOTICE 'role % was not created: this role lacks CREATEROLE', role_name;
                WHEN duplicate_object OR unique_violation THEN
                    NULL;  -- created meanwhile by a migration of another database of this server
            END;
        END IF;
    END LOOP;
END $$;

SELECT grant_privileges();
