// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority for one test, created with the JDK's keytool. */
public final class Certificates {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final String AUTHORITY = "authority";

  private final Path folder;
  private final Path store;

  /** Creates an authority; its files are in this directory. */
  public Certificates(Path folder) throws Exception {
    this.folder = folder;
    this.store = folder.resolve("keys.p12");
    keytool("-alias", AUTHORITY, "-dname", "CN=test authority", "-ext", "bc:c=ca:true");
  }

  /** Signs a certificate for a name; it is also valid for a server on 127.0.0.1. */
  public Certificates sign(String name) throws Exception {
    keytool(
        "-alias", name, "-dname", "CN=" + name, "-signer", AUTHORITY, "-ext", "san=ip:127.0.0.1");
    return this;
  }

  private void keytool(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD)));
    command.addAll(Arrays.asList(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool: " + output);
    }
  }

  /** Writes the authority's certificate to a PEM file. */
  public Path authority() throws Exception {
    return write("authority.pem", pem("CERTIFICATE", keys().getCertificate(AUTHORITY)));
  }

  /** Writes a name's certificate to a PEM file. */
  public Path certificate(String name, String file) throws Exception {
    return write(file, pem("CERTIFICATE", keys().getCertificate(name)));
  }

  /** Writes a name's private key to a PEM file. */
  public Path key(String name, String file) throws Exception {
    byte[] encoded = keys().getKey(name, PASSWORD).getEncoded();
    Path written = write(file, pem("PRIVATE KEY", encoded));
    Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-------"));
    return written;
  }

  /** The certificate of a name. */
  public Certificate certificate(String name) throws Exception {
    return keys().getCertificate(name);
  }

  /** A TLS client that trusts this authority only and presents no certificate. */
  public SSLContext trusting() throws Exception {
    return context(null);
  }

  /** A TLS client that presents the certificate of a name and trusts another authority only. */
  public SSLContext showing(String name, Certificates trusted) throws Exception {
    KeyStore one = KeyStore.getInstance("PKCS12");
    one.load(null, null);
    KeyStore all = keys();
    one.setKeyEntry(name, all.getKey(name, PASSWORD), PASSWORD, all.getCertificateChain(name));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(one, PASSWORD);
    return trusted.context(factory.getKeyManagers());
  }

  private SSLContext context(KeyManager[] presented) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(AUTHORITY, keys().getCertificate(AUTHORITY));
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(presented, factory.getTrustManagers(), null);
    return context;
  }

  private KeyStore keys() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private Path write(String file, String content) throws IOException {
    return Files.writeString(folder.resolve(file), content);
  }

  private static String pem(String kind, Certificate certificate) throws Exception {
    return pem(kind, certificate.getEncoded());
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + kind
        + "-----\n";
  }
}
