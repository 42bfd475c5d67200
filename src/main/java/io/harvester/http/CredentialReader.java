// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.auth.Credential;
import io.harvester.auth.NodeName;
import io.harvester.auth.Secret;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Reads the credential of a request: its Authorization header (RFC 6750, RFC 7617), or without one
 * the client certificate of its connection.
 */
final class CredentialReader {
  private static final int DNS_NAME = 2; // GeneralName, RFC 5280, 4.2.1.6

  private CredentialReader() {}

  static Credential read(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION); // at most one: RequestRules
    return header == null ? certificate(request) : header(header.strip());
  }

  /** The token of a bearer header; empty if the request has another credential or none. */
  static Optional<Secret> bearer(HttpServerRequest request) {
    return read(request) instanceof Credential.Token token && token.node().isEmpty()
        ? Optional.of(token.secret())
        : Optional.empty();
  }

  private static Credential header(String header) {
    int blank = header.indexOf(' ');
    if (blank < 0) {
      return new Credential.Unreadable();
    }
    String scheme = header.substring(0, blank);
    String value = header.substring(blank + 1).strip();
    if (scheme.equalsIgnoreCase("Bearer") && !value.isEmpty()) {
      return new Credential.Token(Secret.of(value), Optional.empty());
    }
    return scheme.equalsIgnoreCase("Basic") ? basic(value) : new Credential.Unreadable();
  }

  private static Credential basic(String value) {
    try {
      String text = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      if (colon > 0) {
        return new Credential.Token(
            Secret.of(text.substring(colon + 1)), Optional.of(text.substring(0, colon)));
      }
    } catch (IllegalArgumentException e) {
      return new Credential.Unreadable(); // not Base64
    }
    return new Credential.Unreadable();
  }

  private static Credential certificate(HttpServerRequest request) {
    if (!request.isSSL()) {
      return new Credential.Nothing();
    }
    try {
      List<Certificate> chain = request.connection().peerCertificates();
      return chain.get(0) instanceof X509Certificate own
          ? nodeOf(own)
              .<Credential>map(Credential.Certificate::new)
              .orElse(new Credential.Unreadable())
          : new Credential.Unreadable();
    } catch (SSLPeerUnverifiedException e) {
      return new Credential.Nothing();
    }
  }

  /** The common name; without one, the DNS name if there is exactly one. */
  private static Optional<String> nodeOf(X509Certificate certificate) {
    try {
      for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          return Optional.of(String.valueOf(part.getValue())).filter(NodeName::isValid);
        }
      }
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      List<String> dns =
          names == null
              ? List.of()
              : names.stream()
                  .filter(name -> name.get(0).equals(DNS_NAME))
                  .map(name -> String.valueOf(name.get(1)))
                  .toList();
      return dns.size() == 1 ? Optional.of(dns.get(0)).filter(NodeName::isValid) : Optional.empty();
    } catch (InvalidNameException | CertificateParsingException e) {
      return Optional.empty();
    }
  }
}
