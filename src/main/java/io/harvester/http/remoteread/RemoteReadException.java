// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.remoteread;

/** A question that has no answer. The message is for the person who runs the asking Prometheus. */
public final class RemoteReadException extends Exception {
  private static final long serialVersionUID = 1;

  RemoteReadException(String message) {
    super(message, null, false, false);
  }
}
