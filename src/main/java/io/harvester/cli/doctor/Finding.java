// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli.doctor;

/**
 * The result of one check.
 *
 * @param state how bad it is
 * @param check what was looked at, in one word
 * @param text what was found, with numbers
 * @param advice what to do about it; empty if there is nothing to do
 */
public record Finding(State state, String check, String text, String advice) {
  /** How bad a finding is. */
  public enum State {
    /** As it should be. */
    OK,
    /** Works, but someone has to act soon. */
    WARN,
    /** Does not work, or loses data. */
    FAIL
  }

  static Finding ok(String check, String text) {
    return new Finding(State.OK, check, text, "");
  }

  static Finding warn(String check, String text, String advice) {
    return new Finding(State.WARN, check, text, advice);
  }

  static Finding fail(String check, String text, String advice) {
    return new Finding(State.FAIL, check, text, advice);
  }
}
