// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.json;

import io.harvester.query.histogram.Bucket;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.value.QueryResult;
import io.harvester.query.value.ResultSeries;
import io.harvester.query.value.VectorSample;
import java.io.IOException;
import java.util.List;

/** Writes results of queries (web/api/v1/json_codec.go). */
public final class ResultJson {
  private ResultJson() {}

  /** The object with type and result; it remains open for further members. */
  public static void write(QueryResult result, JsonWriter json) throws IOException {
    json.raw("{\"resultType\":\"").raw(type(result)).raw("\",\"result\":");
    if (result instanceof QueryResult.Matrix matrix) {
      json.raw('[');
      List<ResultSeries> series = matrix.series();
      for (int i = 0; i < series.size(); i++) {
        if (i > 0) {
          json.raw(',');
        }
        writeSeries(series.get(i), json);
      }
      json.raw(']');
    } else if (result instanceof QueryResult.Vector vector) {
      json.raw('[');
      List<VectorSample> samples = vector.samples();
      for (int i = 0; i < samples.size(); i++) {
        if (i > 0) {
          json.raw(',');
        }
        writeSample(samples.get(i), json);
      }
      json.raw(']');
    } else if (result instanceof QueryResult.Scalar scalar) {
      json.raw('[').time(scalar.time()).raw(',').value(scalar.value()).raw(']');
    } else if (result instanceof QueryResult.Text text) {
      json.raw('[').time(text.time()).raw(',').string(text.value()).raw(']');
    }
  }

  private static String type(QueryResult result) {
    if (result instanceof QueryResult.Matrix) {
      return "matrix";
    } else if (result instanceof QueryResult.Vector) {
      return "vector";
    }
    return result instanceof QueryResult.Scalar ? "scalar" : "string";
  }

  private static void writeSample(VectorSample sample, JsonWriter json) throws IOException {
    json.raw("{\"metric\":").labels(sample.labels());
    json.raw(sample.histogram() == null ? ",\"value\":[" : ",\"histogram\":[");
    json.time(sample.time()).raw(',');
    if (sample.histogram() == null) {
      json.value(sample.value());
    } else {
      writeHistogram(sample.histogram(), json);
    }
    json.raw("]}");
  }

  private static void writeSeries(ResultSeries series, JsonWriter json) throws IOException {
    json.raw("{\"metric\":").labels(series.labels());
    writePoints(series, false, json);
    writePoints(series, true, json);
    json.raw('}');
  }

  private static void writePoints(ResultSeries series, boolean histograms, JsonWriter json)
      throws IOException {
    FloatHistogram[] of = series.histograms();
    boolean first = true;
    for (int i = 0; i < series.times().length; i++) {
      FloatHistogram histogram = of == null ? null : of[i];
      if ((histogram != null) != histograms) {
        continue;
      }
      json.raw(first ? (histograms ? ",\"histograms\":[[" : ",\"values\":[[") : ",[");
      first = false;
      json.time(series.times()[i]).raw(',');
      if (histogram == null) {
        json.value(series.values()[i]);
      } else {
        writeHistogram(histogram, json);
      }
      json.raw(']');
    }
    if (!first) {
      json.raw(']');
    }
  }

  private static void writeHistogram(FloatHistogram histogram, JsonWriter json) throws IOException {
    json.raw("{\"count\":").value(histogram.count()).raw(",\"sum\":").value(histogram.sum());
    boolean first = true;
    for (Bucket bucket : histogram.buckets()) {
      json.raw(first ? ",\"buckets\":[[" : ",[");
      first = false;
      json.number(bucket.boundaryRule()).raw(',').value(bucket.lower()).raw(',');
      json.value(bucket.upper()).raw(',').value(bucket.count()).raw(']');
    }
    json.raw(first ? "}" : "]}");
  }
}
