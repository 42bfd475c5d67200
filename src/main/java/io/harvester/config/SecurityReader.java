package io.harvester.config;

import io.harvester.config.Settings.Security;
import io.harvester.config.Settings.TlsFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads the settings that decide who is let in. The rule depends on settings alone, never on what
 * is in the database: the first credential that somebody makes must not cut off everybody else.
 */
record SecurityReader(SettingSources sources, List<String> problems) {

  Security read(HostPort listen) {
    return new Security(authenticationRequired(listen), tls(), management());
  }

  private boolean authenticationRequired(HostPort listen) {
    String mode = sources.value(Setting.AUTHENTICATION).toLowerCase(Locale.ROOT);
    boolean insecure = insecure();
    switch (mode) {
      case "required" -> {
        return true;
      }
      case "auto" -> {
        return !listen.isLoopback() && !insecure;
      }
      case "optional" -> {
        if (!listen.isLoopback() && !insecure) {
          problems.add(
              sources.origin(Setting.LISTEN)
                  + " "
                  + listen
                  + " is reachable from other machines and nobody has to authenticate; listen on"
                  + " 127.0.0.1, leave "
                  + Setting.AUTHENTICATION.key()
                  + " at auto, or say "
                  + Setting.INSECURE_WITHOUT_AUTHENTICATION.flag()
                  + " if the network is trusted");
        }
        return false;
      }
      default -> {
        problems.add(
            sources.origin(Setting.AUTHENTICATION)
                + " must be auto, required or optional, not "
                + mode);
        return true;
      }
    }
  }

  private boolean insecure() {
    try {
      return Values.flag(sources.value(Setting.INSECURE_WITHOUT_AUTHENTICATION));
    } catch (IllegalArgumentException e) {
      problems.add(sources.origin(Setting.INSECURE_WITHOUT_AUTHENTICATION) + " " + e.getMessage());
      return false;
    }
  }

  private Optional<TlsFiles> tls() {
    Optional<Path> certificate = file(Setting.TLS_CERTIFICATE, false);
    Optional<Path> key = file(Setting.TLS_KEY, true);
    Optional<Path> clientCa = file(Setting.TLS_CLIENT_CA, false);
    if (certificate.isPresent() != key.isPresent()) {
      problems.add(
          Setting.TLS_CERTIFICATE.key() + " and " + Setting.TLS_KEY.key() + " need each other");
      return Optional.empty();
    }
    if (clientCa.isPresent() && certificate.isEmpty()) {
      problems.add(
          Setting.TLS_CLIENT_CA.key() + " needs " + Setting.TLS_CERTIFICATE.key() + " as well");
    }
    return certificate.map(path -> new TlsFiles(path, key.orElseThrow(), clientCa));
  }

  private Optional<Path> file(Setting setting, boolean secret) {
    String text = sources.value(setting);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Path path = Path.of(text);
    try {
      if (secret) {
        SecretFile.check(path);
      } else if (!Files.isReadable(path)) {
        throw new IllegalArgumentException("cannot be read: " + path);
      }
    } catch (IllegalArgumentException e) {
      problems.add(sources.origin(setting) + " " + e.getMessage());
    }
    return Optional.of(path);
  }

  private Optional<HostPort> management() {
    String text = sources.value(Setting.MANAGEMENT_LISTEN);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(HostPort.parse(text));
    } catch (IllegalArgumentException e) {
      problems.add(sources.origin(Setting.MANAGEMENT_LISTEN) + " " + e.getMessage());
      return Optional.empty();
    }
  }
}
