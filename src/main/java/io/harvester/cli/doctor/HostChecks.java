// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli.doctor;

import io.harvester.config.HostPort;
import io.harvester.config.Settings;
import io.harvester.config.Settings.TlsFiles;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Checks of the machine of the aggregator: its service, certificate and clock. */
public final class HostChecks {
  private static final int TIMEOUT_MS = 5000;
  private static final Duration CERTIFICATE_WARN = Duration.ofDays(14);

  private final Settings settings;

  /** Checks what these settings name. */
  public HostChecks(Settings settings) {
    this.settings = settings;
  }

  /** All findings. */
  public List<Finding> run() {
    List<Finding> found = new ArrayList<>();
    found.add(service());
    settings.security().tls().ifPresent(files -> found.add(certificate(files)));
    timeServer().ifPresent(found::add);
    return found;
  }

  /** The free bytes of the disk of the embedded database; -1 if the server is elsewhere. */
  public long freeBytes() {
    // Not of its FileStore, which a chroot cannot find among its mounts.
    File data = settings.embedded().dataDir().toFile();
    return settings.database().isPresent() || !data.isDirectory() ? -1 : data.getUsableSpace();
  }

  private Finding service() {
    HostPort listen = settings.listen();
    try {
      String answer = ask(listen, "/-/ready");
      String text = listen + " answers " + answer;
      return answer.startsWith("200")
          ? Finding.ok("service", text)
          : Finding.fail("service", text, "journalctl -u harvester-aggregator");
    } catch (IOException | GeneralSecurityException e) {
      return Finding.fail(
          "service",
          "nothing answers at " + listen + ": " + e.getMessage(),
          "systemctl start harvester-aggregator; journalctl -u harvester-aggregator");
    }
  }

  /** The status and the body, in one line. */
  private String ask(HostPort address, String path) throws IOException, GeneralSecurityException {
    try (Socket socket = sockets().createSocket()) {
      InetAddress host = InetAddress.getByName(address.host());
      InetAddress near = host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host;
      socket.connect(new InetSocketAddress(near, address.port()), TIMEOUT_MS);
      socket.setSoTimeout(TIMEOUT_MS);
      String request = "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n";
      socket
          .getOutputStream()
          .write(request.formatted(path, address).getBytes(StandardCharsets.US_ASCII));
      String answer = text(socket.getInputStream());
      int body = answer.indexOf("\r\n\r\n");
      String[] status = answer.lines().findFirst().orElse("").split(" ", 2);
      if (status.length < 2 || body < 0) {
        throw new IOException("no HTTP answer");
      }
      return (status[1] + " " + answer.substring(body + 4)).strip().replaceAll("\\s+", " ");
    }
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readNBytes(16_384), StandardCharsets.UTF_8);
  }

  /** With TLS, the service must show the configured certificate, whatever its names are. */
  private SocketFactory sockets() throws IOException, GeneralSecurityException {
    Optional<TlsFiles> tls = settings.security().tls();
    if (tls.isEmpty()) {
      return SocketFactory.getDefault();
    }
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null);
    int number = 0;
    for (Certificate certificate : certificates(tls.get().certificate())) {
      trusted.setCertificateEntry("certificate-" + number++, certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }

  private static Finding certificate(TlsFiles files) {
    Path file = files.certificate();
    try {
      Instant end =
          certificates(file).stream()
              .map(certificate -> ((X509Certificate) certificate).getNotAfter().toInstant())
              .min(Instant::compareTo)
              .orElseThrow(() -> new IOException("it has no certificate"));
      Duration left = Duration.between(Instant.now(), end);
      String text = "%s ends in %d days, at %s".formatted(file, left.toDays(), end);
      String advice = "replace both files, without a restart: docs/operations.md, \"TLS\"";
      if (left.isNegative()) {
        return Finding.fail("certificate", file + " ended at " + end, advice);
      }
      return left.compareTo(CERTIFICATE_WARN) < 0
          ? Finding.warn("certificate", text, advice)
          : Finding.ok("certificate", text);
    } catch (IOException | GeneralSecurityException e) {
      return Finding.fail(
          "certificate",
          "cannot read " + file + ": " + e.getMessage(),
          "run the command as the user of the aggregator, or as root");
    }
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }

  /** Whether systemd knows of a time server; nothing is said where there is no systemd. */
  private static Optional<Finding> timeServer() {
    try {
      Process process =
          new ProcessBuilder("timedatectl", "show", "--property=NTPSynchronized", "--value")
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      String answer = text(process.getInputStream()).strip();
      if (!process.waitFor(TIMEOUT_MS, TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
        return Optional.empty();
      }
      return Optional.of(
          answer.equals("yes")
              ? Finding.ok("time", "a time server sets the clock of this machine")
              : Finding.warn(
                  "time",
                  "no time server sets the clock of this machine",
                  "timedatectl set-ntp true"));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
