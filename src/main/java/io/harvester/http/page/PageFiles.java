// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.page;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** The files of the page, in memory. A build without npm has none. */
final class PageFiles {
  /** Names of all files, a line each, written by src/main/web/vite.config.ts. */
  private static final String LIST = "files.txt";

  private static final String GZIP = ".gz";
  private static final int ETAG_BYTES = 12;

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  private final Map<String, PageFile> files;

  private PageFiles(Map<String, PageFile> files) {
    this.files = files;
  }

  /** A file, and its gzipped form. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record PageFile(byte[] plain, byte[] gzip, String type, String etag) {}

  /** The files in a folder of the class path. */
  static PageFiles load(String folder) {
    Map<String, PageFile> files = new HashMap<>();
    try {
      Optional<byte[]> list = read(folder + LIST);
      if (list.isPresent()) {
        for (String name : new String(list.get(), StandardCharsets.UTF_8).lines().toList()) {
          files.put(name, file(folder, name));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("the page in the jar is not readable", e);
    }
    return new PageFiles(files);
  }

  private static PageFile file(String folder, String name) throws IOException {
    byte[] plain = read(folder + name).orElseThrow(() -> new IOException(name + " is missing"));
    byte[] gzip =
        read(folder + name + GZIP).orElseThrow(() -> new IOException(name + GZIP + " is missing"));
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null) {
      throw new IOException(name + " has an unknown type");
    }
    return new PageFile(plain, gzip, type, '"' + hash(plain) + '"');
  }

  private static Optional<byte[]> read(String resource) throws IOException {
    try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    }
  }

  private static String hash(byte[] content) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(sum, 0, ETAG_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  /** A file by its path below the page; null: there is none. */
  PageFile get(String name) {
    return files.get(name);
  }
}
