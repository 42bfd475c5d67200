// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.fleet;

import io.harvester.config.Version;
import io.harvester.fleet.FleetNode;
import io.harvester.fleet.Snapshot;
import io.harvester.fleet.Sparkline;
import io.harvester.fleet.Vital;
import io.harvester.fleet.Vitals;
import io.harvester.http.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Writes the answer of {@code /api/fleet}: docs/page.md has its fields. */
final class FleetJson {
  private static final MathContext DIGITS = new MathContext(4, RoundingMode.HALF_EVEN);

  private final String nodeLabel;

  FleetJson(String nodeLabel) {
    this.nodeLabel = nodeLabel;
  }

  /** The nodes that a scope includes, and their vitals unless the asker has these. */
  void write(Snapshot snapshot, Scope scope, OutputStream out) throws IOException {
    JsonWriter json = new JsonWriter(out);
    json.raw("{\"time\":").time(snapshot.time());
    json.raw(",\"version\":").string(Version.current());
    json.raw(",\"nodeLabel\":").string(nodeLabel);
    json.raw(",\"restricted\":").raw(scope.isRestricted() ? "true" : "false");
    json.raw(",\"nodes\":[");
    String separator = "";
    for (FleetNode node : snapshot.nodes()) {
      if (scope.includes(node.name())) {
        json.raw(separator);
        separator = ",";
        writeNode(node, snapshot.isLate(node), json);
      }
    }
    json.raw("],\"vitalsVersion\":").number(snapshot.vitals().version());
    if (scope.knownVitals() != snapshot.vitals().version()) {
      writeVitals(snapshot, scope, json);
    }
    json.raw('}').flush();
  }

  private static void writeNode(FleetNode node, boolean late, JsonWriter json) throws IOException {
    json.raw("{\"node\":").string(node.name());
    json.raw(",\"state\":").string(late ? "late" : node.state());
    if (node.silentSeconds() >= 0) {
      json.raw(",\"silentFor\":").raw(rounded(node.silentSeconds()));
    }
    String facts = node.facts();
    json.raw(facts.length() > 2 ? "," : "").raw(facts.substring(1)); // after its brace
  }

  private static void writeVitals(Snapshot snapshot, Scope scope, JsonWriter json)
      throws IOException {
    Vitals vitals = snapshot.vitals();
    json.raw(",\"vitals\":{\"time\":").time(vitals.time());
    json.raw(",\"last\":").time(vitals.last());
    json.raw(",\"step\":").number(Vitals.STEP_MILLIS / 1000);
    json.raw(",\"problem\":").string(vitals.problem());
    json.raw(",\"nodes\":{");
    String separator = "";
    for (FleetNode node : snapshot.nodes()) {
      if (scope.includes(node.name())) {
        json.raw(separator).string(node.name()).raw(':');
        separator = ",";
        writeVitals(vitals, node.name(), json);
      }
    }
    json.raw("}}");
  }

  private static void writeVitals(Vitals vitals, String node, JsonWriter json) throws IOException {
    json.raw("{\"mount\":").string(vitals.mounts().getOrDefault(node, ""));
    for (Vital vital : Vital.values()) {
      String name = vital.name().toLowerCase(Locale.ROOT);
      double value = vitals.value(vital, node);
      if (Double.isFinite(value)) {
        json.raw(",\"").raw(name).raw("\":").raw(rounded(value));
      }
      float[] points = vitals.points(vital, node);
      if (points != null) {
        double top = vital.isFraction() ? 1 : Sparkline.largest(points);
        json.raw(",\"").raw(name).raw("Line\":").string(Sparkline.of(points, top));
        json.raw(",\"").raw(name).raw("Top\":").raw(rounded(top));
      }
    }
    json.raw('}');
  }

  private static String rounded(double value) {
    return new BigDecimal(value).round(DIGITS).toString();
  }
}
