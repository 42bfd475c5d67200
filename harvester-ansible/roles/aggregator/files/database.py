"""Creates the role, the database and the extension of the aggregator in the PostgreSQL of this machine, where they are missing."""
import grp
import os
import secrets
import subprocess

USER = DATABASE = "harvester"


class Problem(Exception):
    pass


def psql(statement, database="postgres"):
    """Runs a statement as the superuser. It travels on stdin, so that ps shows no password."""
    answer = subprocess.run(["runuser", "-u", "postgres", "--", "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database],
                            input=statement, capture_output=True, text=True, cwd="/", check=False)
    if answer.returncode != 0:
        raise Problem(f"PostgreSQL refuses: {answer.stderr.strip()}")
    return answer.stdout.strip()


def logs_in(password, port):
    environment = {**os.environ, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"}
    return subprocess.run(["psql", "-XAtqw", "-h", "127.0.0.1", "-p", port, "-U", USER, "-d", "postgres", "-c", "SELECT 1"],
                          env=environment, capture_output=True, cwd="/", check=False).returncode == 0


def password_in(path):
    """The password in the file, which is created if it is missing, for root and the group of the aggregator only."""
    if not os.path.exists(path):
        with open(os.open(path + ".part", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            os.fchown(file.fileno(), 0, grp.getgrnam(USER).gr_gid)
            os.fchmod(file.fileno(), 0o640)
        os.rename(path + ".part", path)
    with open(path, encoding="ascii") as file:
        return file.readline().strip()


def steps(arguments, port):
    """What is missing, as pairs of a description and the action that makes it. A later pair may need the earlier ones."""
    if psql(f"SELECT 1 FROM pg_roles WHERE rolname = '{USER}'") == "":
        yield "role " + USER, lambda: psql(f"CREATE ROLE {USER} LOGIN")
    # The group role of those who read by SQL; the aggregator grants it its rights at each start.
    if psql("SELECT 1 FROM pg_roles WHERE rolname = 'harvester_reader'") == "":
        yield "role harvester_reader", lambda: psql("CREATE ROLE harvester_reader NOLOGIN")
    if not os.path.exists(arguments["password_file"]) or not logs_in(password_in(arguments["password_file"]), port):
        yield "password", lambda: psql(f"ALTER ROLE {USER} PASSWORD '{password_in(arguments['password_file'])}'")
    if psql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'") == "":
        yield "database", lambda: psql(f"CREATE DATABASE {DATABASE} ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0")
    if psql(f"SELECT has_database_privilege('{USER}', '{DATABASE}', 'CREATE')") != "t":
        yield "privilege", lambda: psql(f"GRANT CREATE ON DATABASE {DATABASE} TO {USER}")
    # The tables of a database that is in use do not change their layout.
    if arguments["timescaledb"] and psql("SELECT to_regnamespace('harvester') IS NULL AND NOT EXISTS (SELECT FROM pg_extension "
                                         "WHERE extname = 'timescaledb')", DATABASE) == "t":
        yield "extension timescaledb", lambda: psql("SET client_min_messages = warning; CREATE EXTENSION timescaledb", DATABASE)


def run(arguments):
    made = []
    try:
        port = psql("SHOW port")
        for name, make in steps(arguments, port):
            made.append(name)
            if arguments["check_mode"]:
                break
            make()
        return {"changed": bool(made), "problem": "", "made": made, "port": port}
    except Problem as problem:
        return {"changed": bool(made), "problem": str(problem), "made": made, "port": ""}
