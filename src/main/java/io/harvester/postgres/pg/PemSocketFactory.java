// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.util.Properties;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.postgresql.ssl.WrappedFactory;

/** The TLS sockets of pgjdbc with keys and certificates in PEM files. Named in a property. */
public final class PemSocketFactory extends WrappedFactory {
  private final boolean verifiesHost;

  /**
   * Reads the files.
   *
   * @param properties those of the connection
   * @throws SSLException if a file cannot be read
   */
  public PemSocketFactory(Properties properties) throws SSLException {
    SslContextBuilder context = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
    String root = properties.getProperty("sslrootcert");
    if (root == null && !properties.getProperty("sslmode", "").startsWith("verify")) {
      context.trustManager(InsecureTrustManagerFactory.INSTANCE);
    } else if (root != null && !root.equals("system")) {
      trust(context, new File(root));
    }
    String certificate = properties.getProperty("sslcert");
    String key = properties.getProperty("sslkey");
    if (certificate != null && key != null) {
      present(context, new File(certificate), new File(key));
    }
    verifiesHost = properties.getProperty("sslmode", "").equals("verify-full");
    factory = ((JdkSslContext) context.build()).context().getSocketFactory();
  }

  /** With {@code verify-full} the handshake checks the host name, as vertx-pg-client has it. */
  @Override
  public Socket createSocket(Socket connected, String host, int port, boolean autoClose)
      throws IOException {
    SSLSocket socket = (SSLSocket) super.createSocket(connected, host, port, autoClose);
    if (verifiesHost) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
    }
    return socket;
  }

  private static void trust(SslContextBuilder context, File root) throws SSLException {
    try {
      context.trustManager(root);
    } catch (IllegalArgumentException e) {
      throw new SSLException(
          "sslrootcert=%s cannot be used (%s): it must be a PEM file of certificates"
              .formatted(root, e.getMessage()),
          e);
    }
  }

  private static void present(SslContextBuilder context, File certificate, File key)
      throws SSLException {
    try {
      context.keyManager(certificate, key);
    } catch (IllegalArgumentException e) {
      throw new SSLException(
          "sslcert=%s or sslkey=%s cannot be used (%s): both must be PEM files, the key in PKCS #8"
                  .formatted(certificate, key, e.getMessage())
              + " without a password, as this writes it: openssl pkcs8 -topk8 -nocrypt -in KEY"
              + " -out NEW",
          e);
    }
  }
}
