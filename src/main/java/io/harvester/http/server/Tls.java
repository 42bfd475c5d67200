package io.harvester.http.server;

import io.harvester.config.Settings.TlsFiles;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificate and key as they are on disk now. A new pair is taken over only as a whole: while one
 * of the files is still the old one, or half written, the last good pair stays.
 */
public final class Tls {
  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

  private final Vertx vertx;
  private final TlsFiles files;
  private Content seen;
  private volatile Version current;

  private record Content(Buffer certificate, Buffer key, Buffer clientCa) {}

  /** One good state of the files. */
  record Version(int number, ServerSSLOptions options, Instant expires) {}

  /**
   * Reads the files for the first time.
   *
   * @throws TlsException if they cannot be used
   */
  public Tls(Vertx vertx, TlsFiles files) throws TlsException {
    this.vertx = vertx;
    this.files = files;
    this.seen = read();
    this.current = version(seen, 1);
  }

  /** The certificate or the key cannot be used; the message names the file. */
  public static final class TlsException extends Exception {
    private static final long serialVersionUID = 1;

    TlsException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** When the certificate in use expires, in seconds since the epoch. */
  public long expires() {
    return current.expires().getEpochSecond();
  }

  Version current() {
    return current;
  }

  /** What a server starts with. */
  void configure(HttpServerOptions server) {
    ServerSSLOptions options = current.options();
    server
        .setSsl(true)
        .setKeyCertOptions(options.getKeyCertOptions())
        .setTrustOptions(options.getTrustOptions())
        .setClientAuth(options.getClientAuth())
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        .setUseAlpn(false);
  }

  /** Looks whether the files changed, and takes over what is good. Reads files: may block. */
  synchronized Version reload() {
    try {
      Content now = read();
      if (!now.equals(seen)) {
        seen = now; // said once, not every time
        current = version(now, current.number() + 1);
        LOG.info("TLS certificate reloaded, expires {}", current.expires());
      }
    } catch (TlsException e) {
      LOG.warn("TLS certificate not reloaded, the one in use stays: {}", e.getMessage());
    }
    return current;
  }

  private Content read() throws TlsException {
    return new Content(
        read(files.certificate()),
        read(files.key()),
        files.clientCa().isPresent() ? read(files.clientCa().get()) : null);
  }

  private static Buffer read(Path file) throws TlsException {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new TlsException("cannot read " + file, e);
    }
  }

  private Version version(Content content, int number) throws TlsException {
    PemKeyCertOptions pair =
        new PemKeyCertOptions().setCertValue(content.certificate()).setKeyValue(content.key());
    Instant expires;
    try {
      expires = KeyPairCheck.expiry(pair.getKeyManagerFactory(vertx));
    } catch (GeneralSecurityException e) {
      throw new TlsException(files.key() + " does not fit " + files.certificate(), e);
    } catch (Exception e) { // what a PEM reader may throw is anybody's guess
      throw new TlsException(
          files.certificate() + " and " + files.key() + " cannot be used: " + e.getMessage(), e);
    }
    ServerSSLOptions options = new ServerSSLOptions();
    options.setKeyCertOptions(pair).setEnabledSecureTransportProtocols(PROTOCOLS);
    options.setUseAlpn(false);
    if (content.clientCa() != null) {
      // Asked for, not demanded: a sender may show a token instead.
      options.setTrustOptions(new PemTrustOptions().addCertValue(content.clientCa()));
      options.setClientAuth(ClientAuth.REQUEST);
    }
    return new Version(number, options, expires);
  }
}
