// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.harvester.http.json.JsonWriter;
import io.harvester.http.query.Endpoint.Reply;
import io.harvester.query.engine.StoredLabels;
import io.harvester.query.parser.PromqlParser;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.PromqlException;
import io.harvester.query.promql.Selectors;
import io.harvester.read.DetailReader.Exemplar;
import io.harvester.read.DetailReader.Metadata;
import io.harvester.read.DetailReader.SeriesExemplars;
import io.harvester.read.Matcher;
import io.harvester.storage.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code /api/v1/metadata} and {@code /api/v1/query_exemplars}. */
final class DetailEndpoints {
  private final boolean experimental;
  private final String nodeLabel;

  DetailEndpoints(boolean experimental, String nodeLabel) {
    this.experimental = experimental;
    this.nodeLabel = nodeLabel;
  }

  Reply metadata(Call call) throws ApiException, StoreException {
    int limit = call.parameters().count("limit");
    call.parameters().count("limit_per_metric"); // a metric has one entry
    String metric = call.parameters().text("metric");
    Map<String, Metadata> all = call.backend().details().metadata(metric);
    Set<String> visible = call.scope().isRestricted() ? CatalogEndpoints.metricNames(call) : null;
    return Reply.of(
        json -> {
          json.raw('{');
          int count = 0;
          for (Map.Entry<String, Metadata> entry : all.entrySet()) {
            if (limit >= 0 && count >= limit) {
              break;
            }
            if (visible == null || entry.getValue().isOfAny(visible)) {
              if (count++ > 0) {
                json.raw(',');
              }
              write(entry.getKey(), entry.getValue(), json);
            }
          }
          json.raw('}');
        });
  }

  private static void write(String metric, Metadata metadata, JsonWriter json) throws IOException {
    json.string(metric).raw(":[{\"type\":").string(metadata.type());
    json.raw(",\"help\":").string(metadata.help());
    json.raw(",\"unit\":").string(metadata.unit()).raw("}]");
  }

  Reply exemplars(Call call) throws ApiException, StoreException {
    Parameters given = call.parameters();
    long start = given.time("start", Long.MIN_VALUE);
    long end = given.time("end", Long.MAX_VALUE);
    if (end < start) {
      throw ApiException.badData("end timestamp must not be before start timestamp");
    }
    Expr expr;
    try {
      expr = PromqlParser.parse(given.text("query"), experimental);
    } catch (PromqlException e) {
      throw ApiException.badData(e.getMessage());
    }
    List<SeriesExemplars> found = new ArrayList<>();
    for (List<Matcher> selector : Selectors.of(expr)) {
      found.addAll(call.backend().details().exemplars(call.scope().within(selector), start, end));
    }
    return Reply.of(json -> write(found, json));
  }

  private void write(List<SeriesExemplars> found, JsonWriter json) throws IOException {
    json.raw('[');
    for (int s = 0; s < found.size(); s++) {
      json.raw(s > 0 ? "," : "").raw("{\"seriesLabels\":");
      json.labels(StoredLabels.of(found.get(s).series(), nodeLabel)).raw(",\"exemplars\":[");
      List<Exemplar> exemplars = found.get(s).exemplars();
      for (int i = 0; i < exemplars.size(); i++) {
        Exemplar exemplar = exemplars.get(i);
        json.raw(i > 0 ? "," : "").raw("{\"labels\":{");
        String separator = "";
        for (Map.Entry<String, String> label : exemplar.labels().entrySet()) {
          json.raw(separator).string(label.getKey()).raw(':').string(label.getValue());
          separator = ",";
        }
        json.raw("},\"value\":").value(exemplar.value());
        json.raw(",\"timestamp\":").time(exemplar.time()).raw('}');
      }
      json.raw("]}");
    }
    json.raw(']');
  }
}
