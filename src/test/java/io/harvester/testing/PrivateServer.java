// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import io.harvester.embedded.EmbeddedPostgres;
import io.harvester.embedded.EmbeddedPostgresException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** An embedded PostgreSQL for one test, with settings that the others must not see. */
public final class PrivateServer implements AutoCloseable {
  private final Path data;
  private EmbeddedPostgres postgres;

  /** Starts it with a new data folder below this one. */
  public PrivateServer(Path folder) throws EmbeddedPostgresException {
    this.data = folder.resolve("private-server");
    start();
  }

  private void start() throws EmbeddedPostgresException {
    postgres = EmbeddedPostgres.start(data, new EmbeddedPostgres.Options(0, true, ""));
  }

  /** Changes a setting; {@link #restart} applies it. */
  public PrivateServer set(String name, String value) throws Exception {
    superuser().execute("ALTER SYSTEM SET %s = '%s'".formatted(name, value));
    return this;
  }

  /** Restarts the server, on another port. */
  public void restart() throws EmbeddedPostgresException {
    postgres.close();
    start();
  }

  /** Writes a file that only the server's user can read. */
  public String file(String name, String content) throws IOException {
    Path pgdata = data.resolve("pgdata");
    Path file = Files.writeString(pgdata.resolve(name), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.setOwner(file, Files.getOwner(pgdata));
    return file.toString();
  }

  /** The URL of the service's role. */
  public String url() {
    return postgres.url();
  }

  /** The service's database as superuser. */
  public TestDatabaseUrl superuser() {
    return new TestDatabaseUrl(postgres.superuserUrl()).withDatabase("harvester");
  }

  @Override
  public void close() {
    postgres.close();
  }
}
