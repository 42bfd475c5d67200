package io.harvester.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** The community edition of TimescaleDB, in a container: the columnar tier. */
final class DockerServer implements TestServer {
  private static final DockerImageName IMAGE =
      DockerImageName.parse("timescale/timescaledb:2.29.2-pg17");
  private static final String PASSWORD = "tests-only";
  private static final int POSTGRES_PORT = 5432;

  private final GenericContainer<?> container;
  private final TestDatabaseUrl superuser;

  private DockerServer(GenericContainer<?> container, TestDatabaseUrl superuser) {
    this.container = container;
    this.superuser = superuser;
  }

  static TestServer open() throws IOException, InterruptedException {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new IllegalStateException("no Docker");
    }
    // Bound to a port of our choice: Docker would choose another one after each restart.
    int port = freePort();
    GenericContainer<?> container =
        new GenericContainer<>(IMAGE).withEnv("POSTGRES_PASSWORD", PASSWORD);
    container.setPortBindings(List.of(port + ":" + POSTGRES_PORT));
    container.start();
    DockerServer server =
        new DockerServer(
            container,
            new TestDatabaseUrl(
                "postgresql://postgres:%s@%s:%d/postgres"
                    .formatted(PASSWORD, container.getHost(), port)));
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
