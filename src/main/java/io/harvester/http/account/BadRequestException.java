// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.account;

/** A body that lacks something, with the field in words. */
final class BadRequestException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadRequestException(String message) {
    super(message, null, false, false);
  }
}
