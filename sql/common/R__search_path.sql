-- So that people find functions and views without the names of schemas. The setting of a role does not
-- reach its members, and only the owner of a database may change the database's: where another role owns
-- it, docs/database.md has the statement. The schemas come last, behind what is in public.
CREATE OR REPLACE FUNCTION set_search_path() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('harvester.set_search_path'));
    IF EXISTS (SELECT FROM pg_database d WHERE d.datname = current_database() AND pg_has_role(d.datdba, 'USAGE'))
       AND NOT EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
                        WHERE d.datname = current_database() AND s.setrole = 0 AND c LIKE 'search_path=%') THEN
        EXECUTE format('ALTER DATABASE %I SET search_path = "$user", public, prom, fleet, harvester, metric, metric_histogram',
                       current_database());
    END IF;
END $$;

COMMENT ON FUNCTION set_search_path IS
    'Sets the search path of the database, unless it has one or belongs to another role. Each start of an aggregator calls it.';
