// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.WriteOutcome;
import java.util.List;

/** What {@link DecodeStage} made of a request. */
sealed interface DecodeResult {
  /** The request ends here: it cannot be decoded, is refused, or finds no memory. */
  record Answered(WriteOutcome outcome) implements DecodeResult {}

  /** All series and metadata are known. */
  record Resolved(PendingWrite write) implements DecodeResult {}

  /** Some series or metadata must be registered in the catalog first. */
  record Unresolved(PendingWrite write, List<MetadataCollector.Unstored> metadata)
      implements DecodeResult {}
}
