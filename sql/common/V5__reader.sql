-- Who may read over HTTP. Secrets are stored as hashes only.
CREATE TABLE reader (
    reader_id  int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    may_read   text[] NOT NULL DEFAULT '{*}',
    created_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE reader IS 'Tokens of people and programs that query over HTTP. Database roles need none.';
COMMENT ON COLUMN reader.token_hash IS 'SHA-256 of the token.';
COMMENT ON COLUMN reader.may_read IS 'Nodes that it may read: names, or prefixes followed by *.';

CREATE TRIGGER bump_access_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON reader
    FOR EACH STATEMENT EXECUTE FUNCTION bump_access_version();

COMMENT ON TABLE access_version IS
    'Changes with node_credential, node_access and reader. Aggregators poll it every two seconds and read those tables only when it has changed.';
