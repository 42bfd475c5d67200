-- Who may write, and as which node. Only hashes are kept: a copy of these tables opens no door.

CREATE TABLE enrol_key (
    enrol_key_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_hash     bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
    nodes        text NOT NULL DEFAULT '*',
    uses_left    int NOT NULL CHECK (uses_left >= 0),
    re_enrol     boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL
);

COMMENT ON TABLE enrol_key IS 'Short-lived keys with which a machine fetches its own node credential.';
COMMENT ON COLUMN enrol_key.key_hash IS 'SHA-256 of the key.';
COMMENT ON COLUMN enrol_key.nodes IS 'Node names it is good for: a name, or a beginning and *.';
COMMENT ON COLUMN enrol_key.re_enrol IS 'Whether it may replace the credential of a node that has one.';

CREATE TABLE node_credential (
    credential_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node_id       int NOT NULL REFERENCES node ON DELETE CASCADE,
    token_hash    bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    enrol_key_id  int REFERENCES enrol_key ON DELETE SET NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz,
    revoked_at    timestamptz
);
CREATE INDEX node_credential_node ON node_credential (node_id);

COMMENT ON TABLE node_credential IS 'Bearer tokens; several per node while one is being rotated.';
COMMENT ON COLUMN node_credential.token_hash IS 'SHA-256 of the token.';
COMMENT ON COLUMN node_credential.expires_at IS 'Set by a rotation: the old token works until then. NULL: no end.';

CREATE TABLE node_access (
    node_id                   int PRIMARY KEY REFERENCES node ON DELETE CASCADE,
    disabled_at               timestamptz,
    may_write                 text[] NOT NULL DEFAULT '{}',
    max_series                int CHECK (max_series > 0),
    max_new_series_per_hour   int CHECK (max_new_series_per_hour > 0),
    max_samples_per_second    int CHECK (max_samples_per_second > 0),
    max_body_bytes_per_second bigint CHECK (max_body_bytes_per_second > 0)
);

COMMENT ON TABLE node_access IS 'What sets a node apart from the defaults; a change takes effect within seconds.';
COMMENT ON COLUMN node_access.disabled_at IS 'Not NULL: every credential of the node is refused.';
COMMENT ON COLUMN node_access.may_write IS 'Foreign nodes it may write as a gateway: names, or a beginning and *.';
COMMENT ON COLUMN node_access.max_series IS 'Quotas: NULL stands for the aggregator''s setting.';

CREATE TABLE access_event (
    at           timestamptz NOT NULL DEFAULT now(),
    event        text NOT NULL,
    node         text,
    enrol_key_id int,
    address      text,
    actor        text NOT NULL DEFAULT session_user
);
CREATE INDEX access_event_at ON access_event (at);

COMMENT ON TABLE access_event IS 'Who was let in, and when: one row per credential or key made, used, changed or ended.';

-- Aggregators ask for this one number every other second, and read the tables only when it moved.
CREATE TABLE access_version (version bigint NOT NULL);
INSERT INTO access_version VALUES (1);

CREATE FUNCTION access_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE harvester.access_version SET version = version + 1;
    RETURN NULL;
END $$;

CREATE TRIGGER access_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON node_credential
    FOR EACH STATEMENT EXECUTE FUNCTION access_changed();
CREATE TRIGGER access_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON node_access
    FOR EACH STATEMENT EXECUTE FUNCTION access_changed();
