// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import java.util.Properties;
import javax.net.ssl.SSLException;
import org.postgresql.ssl.WrappedFactory;

/** The TLS sockets of pgjdbc with keys and certificates in PEM files. Named in a property. */
public final class PemSocketFactory extends WrappedFactory {
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
      context.trustManager(new File(root));
    }
    String certificate = properties.getProperty("sslcert");
    String key = properties.getProperty("sslkey");
    if (certificate != null && key != null) {
      context.keyManager(new File(certificate), new File(key));
    }
    factory = ((JdkSslContext) context.build()).context().getSocketFactory();
  }
}
