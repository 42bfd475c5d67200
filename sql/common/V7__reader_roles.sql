-- Readers that log in to the database (command "reader add NAME --sql").
ALTER TABLE reader ADD COLUMN sql boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN reader.sql IS 'Whether it is a login role of the server, too, with the token as its password.';
COMMENT ON COLUMN reader.name IS 'Its name, and that of its role if it has one.';
