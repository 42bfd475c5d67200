// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Random passwords of the service's role and the superuser, stored in two 0600 files. */
record Passwords(String harvester, String superuser) {
  /** Reads both; null if one is missing, in which case the cluster needs new ones. */
  static Passwords read(DataFolder folder) throws IOException {
    String harvester = read(folder.password());
    String superuser = read(folder.superuserPassword());
    return harvester.isEmpty() || superuser.isEmpty() ? null : new Passwords(harvester, superuser);
  }

  private static String read(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file).strip() : "";
  }

  static Passwords random() {
    return new Passwords(randomHex(), randomHex());
  }

  private static String randomHex() {
    byte[] bytes = new byte[20];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  void write(DataFolder folder) throws IOException {
    folder.writeSecret(folder.password(), harvester);
    folder.writeSecret(folder.superuserPassword(), superuser);
  }

  /** Hides the secrets, which the toString() of a record shows. */
  @Override
  public String toString() {
    return "Passwords[****]";
  }
}
