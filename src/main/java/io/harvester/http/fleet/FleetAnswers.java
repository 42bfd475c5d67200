// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.fleet;

import io.harvester.fleet.Snapshot;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The answers made of the newest snapshot: one for all askers with the same rights. */
final class FleetAnswers {
  private final FleetJson json;
  private volatile Made made = new Made(null, Map.of());

  private record Made(Snapshot of, Map<Scope, byte[]> bodies) {}

  FleetAnswers(FleetJson json) {
    this.json = json;
  }

  /** The gzipped JSON. */
  @SuppressWarnings("ReferenceEquality") // the view returns one object until something changes
  byte[] of(Snapshot snapshot, Scope scope) {
    Made current = made;
    if (current.of != snapshot) {
      current = new Made(snapshot, new ConcurrentHashMap<>());
      made = current;
    }
    long version = snapshot.vitals().version();
    Scope distinct = new Scope(scope.mayRead(), scope.knownVitals() == version ? version : -1);
    return current.bodies.computeIfAbsent(
        distinct, any -> Reply.gzipped(out -> json.write(snapshot, any, out)));
  }
}
