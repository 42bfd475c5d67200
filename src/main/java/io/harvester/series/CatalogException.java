// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

/** The catalog does not answer; a retry may succeed. */
public final class CatalogException extends Exception {
  private static final long serialVersionUID = 1;

  /** Takes what failed and why. */
  public CatalogException(String message, Throwable cause) {
    super(message, cause);
  }
}
