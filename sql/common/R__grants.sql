-- Two group roles: harvester_reader for Grafana and people, harvester_writer for a service that does
-- not own the tables. Roles belong to the whole server, so a role that may not create roles skips
-- this with a notice; whoever may can create them later and run the function again:
--     CREATE ROLE harvester_reader; CREATE ROLE harvester_writer; SELECT harvester.grant_roles();

CREATE OR REPLACE FUNCTION grant_roles() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    hidden text;
BEGIN
    IF to_regrole('harvester_reader') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA harvester, metric TO harvester_reader;
        GRANT SELECT ON ALL TABLES IN SCHEMA harvester, metric TO harvester_reader;
        -- Hashes of credentials are of no use to a reader.
        FOREACH hidden IN ARRAY ARRAY['node_credential', 'enrol_key'] LOOP
            EXECUTE format('REVOKE ALL ON harvester.%I FROM harvester_reader', hidden);
        END LOOP;
        ALTER DEFAULT PRIVILEGES IN SCHEMA harvester GRANT SELECT ON TABLES TO harvester_reader;
        ALTER DEFAULT PRIVILEGES IN SCHEMA metric GRANT SELECT ON TABLES TO harvester_reader;
    ELSE
        RAISE NOTICE 'role harvester_reader is not there: Grafana needs a role with SELECT on schema metric';
    END IF;
    IF to_regrole('harvester_writer') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA harvester TO harvester_writer;
        GRANT USAGE, CREATE ON SCHEMA metric TO harvester_writer;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA harvester TO harvester_writer;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA harvester TO harvester_writer;
        ALTER DEFAULT PRIVILEGES IN SCHEMA harvester
            GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO harvester_writer;
    END IF;
END $$;

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['harvester_reader', 'harvester_writer'] LOOP
        IF to_regrole(wanted) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION
                WHEN insufficient_privilege THEN
                    RAISE NOTICE 'role % not made: this role may not create roles', wanted;
                WHEN duplicate_object OR unique_violation THEN
                    NULL;  -- another database of this server was quicker
            END;
        END IF;
    END LOOP;
END $$;

SELECT grant_roles();
