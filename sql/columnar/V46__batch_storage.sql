-- As V43, but merged batches do not go into what little is free on the pages of the batches that
-- they replace: up to a third, where two batches of 2.7 kB are. They would spread over the whole
-- file, and little of it could be given back. On pages of their own, at the end of the file, they
-- can be moved to its beginning once that is free.
CREATE OR REPLACE FUNCTION store_batches(chunk regclass, in_line boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    batches regclass := (SELECT s.compress_relid
                           FROM _timescaledb_catalog.compression_settings s WHERE s.relid = chunk);
BEGIN
    IF batches IS NOT NULL THEN
        EXECUTE format('ALTER TABLE %s SET (toast_tuple_target = %s, fillfactor = %s)',
                       batches,
                       CASE WHEN in_line THEN 4080 ELSE 128 END,
                       CASE WHEN in_line THEN 100 ELSE 65 END);
    END IF;
END $$;

COMMENT ON FUNCTION store_batches IS 'The aggregator''s: whether batches of a chunk are kept in line or in TOAST.';
