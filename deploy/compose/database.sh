#!/bin/sh
# Runs once, when the volume of the database is empty: the role and the database of the aggregator.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$AGGREGATOR_PASSWORD" -U postgres -d postgres <<'END'
CREATE ROLE aggregator LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE harvester OWNER aggregator ENCODING 'UTF8' TEMPLATE template0;
\connect harvester
CREATE EXTENSION IF NOT EXISTS timescaledb;
END
