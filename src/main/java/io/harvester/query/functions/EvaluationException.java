// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

/** The data or the arguments make an evaluation impossible. The message is for the asker. */
public final class EvaluationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Two series of a result have the same labels at the same time. */
  public static final String SAME_LABELS = "vector cannot contain metrics with the same labelset";

  /** Takes the message. */
  public EvaluationException(String message) {
    super(message, null, false, false);
  }
}
