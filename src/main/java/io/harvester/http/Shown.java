package io.harvester.http;

import io.harvester.auth.NodeName;
import io.harvester.auth.Presented;
import io.harvester.auth.Secret;
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
 * Reads what a request shows of its sender: an Authorization header (RFC 6750, RFC 7617), or else
 * the client certificate of its connection.
 */
final class Shown {
  private static final int DNS_NAME = 2; // GeneralName, RFC 5280, 4.2.1.6

  private Shown() {}

  static Presented by(HttpServerRequest request) {
    List<String> headers = request.headers().getAll("Authorization");
    if (headers.isEmpty()) {
      return certificate(request);
    }
    return headers.size() == 1 ? header(headers.get(0).strip()) : new Presented.Unreadable();
  }

  /** The one token of a bearer header, for what takes nothing else. */
  static Optional<Secret> bearer(HttpServerRequest request) {
    return by(request) instanceof Presented.Token token && token.node().isEmpty()
        ? Optional.of(token.secret())
        : Optional.empty();
  }

  private static Presented header(String header) {
    int blank = header.indexOf(' ');
    if (blank < 0) {
      return new Presented.Unreadable();
    }
    String scheme = header.substring(0, blank);
    String value = header.substring(blank + 1).strip();
    if (scheme.equalsIgnoreCase("Bearer") && !value.isEmpty()) {
      return new Presented.Token(Secret.of(value), Optional.empty());
    }
    return scheme.equalsIgnoreCase("Basic") ? basic(value) : new Presented.Unreadable();
  }

  private static Presented basic(String value) {
    try {
      String text = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      if (colon > 0) {
        return new Presented.Token(
            Secret.of(text.substring(colon + 1)), Optional.of(text.substring(0, colon)));
      }
    } catch (IllegalArgumentException e) {
      return new Presented.Unreadable(); // not Base64
    }
    return new Presented.Unreadable();
  }

  private static Presented certificate(HttpServerRequest request) {
    if (!request.isSSL()) {
      return new Presented.Nothing();
    }
    try {
      List<Certificate> chain = request.connection().peerCertificates();
      return chain.get(0) instanceof X509Certificate own
          ? nodeOf(own)
              .<Presented>map(Presented.Certificate::new)
              .orElse(new Presented.Unreadable())
          : new Presented.Unreadable();
    } catch (SSLPeerUnverifiedException e) {
      return new Presented.Nothing();
    }
  }

  /** The common name; without one, the only DNS name. */
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
