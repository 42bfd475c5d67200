-- How large a compressed batch may be before PostgreSQL moves its columns out into the TOAST table.
-- TimescaleDB says 128 bytes, so that nearly every column of every batch becomes TOAST rows of its
-- own, each with an entry in the TOAST index. While a chunk is being filled that is a good part of
-- what the database does; two batches a page are cheaper. Once a chunk is closed, the columns that
-- a query does not want should be out of its way again.
CREATE FUNCTION store_batches(chunk regclass, in_line boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    batches regclass := (SELECT s.compress_relid
                           FROM _timescaledb_catalog.compression_settings s WHERE s.relid = chunk);
BEGIN
    IF batches IS NOT NULL THEN
        EXECUTE format('ALTER TABLE %s SET (toast_tuple_target = %s)',
                       batches, CASE WHEN in_line THEN 4080 ELSE 128 END);
    END IF;
END $$;

COMMENT ON FUNCTION store_batches IS 'The aggregator''s: whether batches of a chunk are kept in line or in TOAST.';
