// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.server;

/** Certificate, key or client CA cannot be used; the message names the file. */
public final class TlsException extends Exception {
  private static final long serialVersionUID = 1;

  TlsException(String message, Throwable cause) {
    super(message, cause);
  }
}
