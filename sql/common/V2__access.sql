-- Who may write, and for which nodes. Secrets are stored as hashes only: a copy of these tables
-- grants no access.

CREATE TABLE enrol_key (
    enrol_key_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_hash     bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
    node_pattern text NOT NULL DEFAULT '*',
    uses_left    int NOT NULL CHECK (uses_left >= 0),
    re_enrol     boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL
);

COMMENT ON TABLE enrol_key IS 'Short-lived keys with which a machine obtains the credential of its node.';
COMMENT ON COLUMN enrol_key.key_hash IS 'SHA-256 of the key.';
COMMENT ON COLUMN enrol_key.node_pattern IS 'Nodes that the key may enrol: a name, or a prefix followed by *.';
COMMENT ON COLUMN enrol_key.re_enrol IS 'Whether the key may replace an existing credential of a node.';

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

COMMENT ON TABLE node_credential IS 'Bearer tokens. A node has several during a rotation.';
COMMENT ON COLUMN node_credential.token_hash IS 'SHA-256 of the token.';
COMMENT ON COLUMN node_credential.expires_at IS 'When a rotated token stops working; NULL: the token does not expire.';

CREATE TABLE node_access (
    node_id                   int PRIMARY KEY REFERENCES node ON DELETE CASCADE,
    disabled_at               timestamptz,
    may_write                 text[] NOT NULL DEFAULT '{}',
    max_series                int CHECK (max_series > 0),
    max_new_series_per_hour   int CHECK (max_new_series_per_hour > 0),
    max_samples_per_second    int CHECK (max_samples_per_second > 0),
    max_body_bytes_per_second bigint CHECK (max_body_bytes_per_second > 0)
);

COMMENT ON TABLE node_access IS
    'Permissions and quotas of nodes that differ from the defaults. A change takes effect within seconds.';
COMMENT ON COLUMN node_access.disabled_at IS 'If not NULL, every credential of the node is refused.';
COMMENT ON COLUMN node_access.may_write IS
    'Other nodes that this node may write for, as a gateway: names, or prefixes followed by *.';
COMMENT ON COLUMN node_access.max_series IS 'Quotas (max_…): NULL means the setting of the aggregator.';

CREATE TABLE access_event (
    at           timestamptz NOT NULL DEFAULT now(),
    event        text NOT NULL,
    node         text,
    enrol_key_id int,
    address      text,
    actor        text NOT NULL DEFAULT session_user
);
CREATE INDEX access_event_at ON access_event (at);

COMMENT ON TABLE access_event IS
    'Audit log of access: one row whenever a credential or key is created, used, changed or ended.';
COMMENT ON COLUMN access_event.address IS 'Client address of an enrolment.';
COMMENT ON COLUMN access_event.actor IS 'Database role that made the change.';

CREATE TABLE access_version (version bigint NOT NULL);
INSERT INTO access_version VALUES (1);

COMMENT ON TABLE access_version IS
    'Changes with node_credential and node_access. Aggregators poll it every two seconds and read those tables only when it has changed.';

CREATE FUNCTION bump_access_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE harvester.access_version SET version = version + 1;
    RETURN NULL;
END $$;

CREATE TRIGGER bump_access_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON node_credential
    FOR EACH STATEMENT EXECUTE FUNCTION bump_access_version();
CREATE TRIGGER bump_access_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON node_access
    FOR EACH STATEMENT EXECUTE FUNCTION bump_access_version();
