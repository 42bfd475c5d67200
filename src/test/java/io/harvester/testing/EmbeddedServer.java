// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import io.harvester.embedded.EmbeddedPostgres;
import io.harvester.embedded.EmbeddedPostgresException;
import java.net.URI;
import java.nio.file.Path;

/** The embedded PostgreSQL that the service starts if no database is configured. */
final class EmbeddedServer implements TestServer {
  private static final Path FOLDER = TestFork.folder("test-postgres");

  private final TestDatabaseUrl superuser;
  private EmbeddedPostgres postgres;

  private EmbeddedServer(EmbeddedPostgres postgres) {
    this.postgres = postgres;
    this.superuser = new TestDatabaseUrl(postgres.superuserUrl());
  }

  static TestServer open() throws EmbeddedPostgresException {
    return new EmbeddedServer(
        EmbeddedPostgres.start(FOLDER, new EmbeddedPostgres.Options(0, true, "")));
  }

  @Override
  public String description() {
    return "embedded PostgreSQL";
  }

  @Override
  public TestDatabaseUrl superuser() {
    return superuser;
  }

  @Override
  public void stop() {
    close();
  }

  @Override
  public void kill9() throws InterruptedException {
    ProcessHandle server = ProcessHandle.of(postgres.pid()).orElseThrow();
    server.destroyForcibly();
    server.onExit().join();
  }

  @Override
  public void start() throws Exception {
    if (postgres == null) {
      int samePort = URI.create(superuser.text()).getPort();
      postgres = EmbeddedPostgres.start(FOLDER, new EmbeddedPostgres.Options(samePort, false, ""));
    }
    awaitConnections();
  }

  @Override
  public void close() {
    if (postgres != null) {
      postgres.close();
      postgres = null;
    }
  }
}
