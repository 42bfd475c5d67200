// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** The community edition of TimescaleDB, in a container: the columnar tier. */
final class DockerServer implements TestServer {
  private static final DockerImageName IMAGE =
      DockerImageName.parse("timescale/timescaledb:2.29.2-pg17")
          .asCompatibleSubstituteFor("postgres");
  private static final String SUPERUSER = "postgres";
  private static final String PASSWORD = "tests-only";

  private final PostgreSQLContainer container;
  private final TestDatabaseUrl superuser;

  private DockerServer(PostgreSQLContainer container, TestDatabaseUrl superuser) {
    this.container = container;
    this.superuser = superuser;
  }

  static TestServer open() throws IOException, InterruptedException {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new IllegalStateException(
          "no Docker, which runs TimescaleDB's community edition (no Debian package has it)");
    }
    PostgreSQLContainer container =
        new PostgreSQLContainer(IMAGE)
            .withUsername(SUPERUSER)
            .withPassword(PASSWORD)
            .withDatabaseName(SUPERUSER)
            // Testcontainers sets fsync=off; tests that kill the server need its durability.
            .withCommand("postgres", "-c", "fsync=on");
    // A fixed port: Docker would choose another one after each restart.
    container.setPortBindings(List.of(freePort() + ":" + PostgreSQLContainer.POSTGRESQL_PORT));
    container.start();
    DockerServer server =
        new DockerServer(
            container,
            new TestDatabaseUrl(
                "postgresql://%s:%s@%s:%d/%s"
                    .formatted(
                        SUPERUSER,
                        PASSWORD,
                        container.getHost(),
                        container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                        SUPERUSER)));
    server.awaitConnections();
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public String description() {
    return "Docker image " + IMAGE.asCanonicalNameString();
  }

  @Override
  public TestDatabaseUrl superuser() {
    return superuser;
  }

  @Override
  public void stop() {
    container.getDockerClient().stopContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void kill9() {
    container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void start() throws IOException, InterruptedException {
    if (!container.isRunning()) {
      container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
    }
    awaitConnections();
  }

  @Override
  public void close() {
    container.stop();
  }
}
