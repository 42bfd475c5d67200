-- People who log in to the page. Passwords and sessions are stored as hashes only.
CREATE TABLE account (
    account_id    int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL UNIQUE,
    password_hash text NOT NULL,
    admin         boolean NOT NULL DEFAULT false,
    may_read      text[] NOT NULL DEFAULT '{*}',
    created_at    timestamptz NOT NULL DEFAULT now(),
    disabled_at   timestamptz,
    last_login_at timestamptz,
    CHECK (NOT admin OR may_read = '{*}')
);

COMMENT ON TABLE account IS 'People who log in to the page (command "user"). Database roles need no account.';
COMMENT ON COLUMN account.password_hash IS 'Argon2id in the PHC string format: its parameters, a salt, the hash.';
COMMENT ON COLUMN account.admin IS 'Whether it may enrol, rotate, disable and tag nodes, and write notes. An admin reads all nodes.';
COMMENT ON COLUMN account.may_read IS 'Nodes that it may read: names, or prefixes followed by *.';
COMMENT ON COLUMN account.disabled_at IS 'If not NULL, it cannot log in.';

CREATE TABLE account_session (
    session_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id   int NOT NULL REFERENCES account ON DELETE CASCADE,
    token_hash   bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    address      text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    ends_at      timestamptz NOT NULL
);
CREATE INDEX account_session_account ON account_session (account_id);

COMMENT ON TABLE account_session IS 'Who is logged in. Deleting a row ends the session within two seconds.';
COMMENT ON COLUMN account_session.token_hash IS 'SHA-256 of the cookie.';
COMMENT ON COLUMN account_session.address IS 'Client address of the login.';
COMMENT ON COLUMN account_session.last_used_at IS 'At most a minute before its last request.';
COMMENT ON COLUMN account_session.ends_at IS 'HARVESTER_SESSION_MAX after the login.';

ALTER TABLE access_event ADD COLUMN kind text NOT NULL DEFAULT 'access';
COMMENT ON COLUMN access_event.kind IS
    'access: credentials, keys and readers; account: accounts, logins, logouts and failed logins; fleet: tags and notes.';
COMMENT ON COLUMN access_event.address IS 'Client address of an enrolment, of a login, or of an action on the page.';
COMMENT ON COLUMN access_event.actor IS 'Account that made the change on the page; else the database role.';
