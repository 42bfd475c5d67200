// SPDX-License-Identifier: Apache-2.0
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

/**
 * A certificate with its key and the CA of client certificates, checked: they belong together.
 *
 * @param content of the files
 * @param options for a server that uses it
 * @param expires when the certificate expires
 */
record TlsIdentity(Content content, ServerSSLOptions options, Instant expires) {
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

  /** Of the files; {@code clientCa} is null where none is set. */
  record Content(Buffer certificate, Buffer key, Buffer clientCa) {
    static Content read(TlsFiles files) throws TlsException {
      return new Content(
          bytes(files.certificate()),
          bytes(files.key()),
          files.clientCa().isPresent() ? bytes(files.clientCa().get()) : null);
    }

    private static Buffer bytes(Path file) throws TlsException {
      try {
        return Buffer.buffer(Files.readAllBytes(file));
      } catch (IOException e) {
        throw new TlsException("cannot read " + file, e);
      }
    }
  }

  /**
   * Checks what was read.
   *
   * @throws TlsException if certificate and key are not readable or do not belong together
   */
  static TlsIdentity of(Content content, TlsFiles files, Vertx vertx) throws TlsException {
    PemKeyCertOptions pair =
        new PemKeyCertOptions().setCertValue(content.certificate()).setKeyValue(content.key());
    Instant expires;
    try {
      expires = KeyPairCheck.expiry(pair.getKeyManagerFactory(vertx));
    } catch (GeneralSecurityException e) {
      throw new TlsException(files.key() + " does not fit " + files.certificate(), e);
    } catch (Exception e) { // the PEM reader declares no narrower type
      throw new TlsException(
          files.certificate() + " and " + files.key() + " cannot be used: " + e.getMessage(), e);
    }
    ServerSSLOptions options = new ServerSSLOptions();
    options.setKeyCertOptions(pair).setEnabledSecureTransportProtocols(PROTOCOLS);
    options.setUseAlpn(false);
    if (content.clientCa() != null) {
      // Requested, not required: a sender may present a token instead.
      options.setTrustOptions(new PemTrustOptions().addCertValue(content.clientCa()));
      options.setClientAuth(ClientAuth.REQUEST);
    }
    return new TlsIdentity(content, options, expires);
  }

  /** Has a server start with it. */
  void configure(HttpServerOptions server) {
    server
        .setSsl(true)
        .setKeyCertOptions(options.getKeyCertOptions())
        .setTrustOptions(options.getTrustOptions())
        .setClientAuth(options.getClientAuth())
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        .setUseAlpn(false);
  }
}
