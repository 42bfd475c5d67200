// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

/** What an expression evaluates to. */
public enum ValueType {
  /** One number at each time. */
  SCALAR("scalar"),
  /** A text. */
  STRING("string"),
  /** One sample per series at each time. */
  VECTOR("instant vector"),
  /** The samples of each series in a range of time. */
  MATRIX("range vector");

  private final String text;

  ValueType(String text) {
    this.text = text;
  }

  /** The name in errors. */
  public String text() {
    return text;
  }
}
