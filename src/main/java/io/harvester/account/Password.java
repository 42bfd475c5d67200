// SPDX-License-Identifier: Apache-2.0
package io.harvester.account;

import java.security.SecureRandom;

/** What a password must be, and new ones. */
public final class Password {
  /** The least number of characters. */
  public static final int MIN_LENGTH = 10;

  /** The greatest number of characters. */
  public static final int MAX_LENGTH = 500;

  private static final SecureRandom RANDOM = new SecureRandom();

  /** Without letters and digits that look alike. */
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

  private static final int GROUPS = 4;
  private static final int GROUP_LENGTH = 5;

  private Password() {}

  /** A new password of 100 random bits, such as {@code k3vqe-9pm2x-ab7tc-hw5ds}. */
  public static String random() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS * GROUP_LENGTH; i++) {
      if (i > 0 && i % GROUP_LENGTH == 0) {
        text.append('-');
      }
      text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }

  /**
   * Returns a password that somebody chose.
   *
   * @throws ActionRefusedException if it is too short or too long
   */
  public static String chosen(String text) throws ActionRefusedException {
    if (text.length() < MIN_LENGTH || text.length() > MAX_LENGTH) {
      throw new ActionRefusedException(
          "a password must have %d to %d characters, not %d"
              .formatted(MIN_LENGTH, MAX_LENGTH, text.length()));
    }
    return text;
  }
}
