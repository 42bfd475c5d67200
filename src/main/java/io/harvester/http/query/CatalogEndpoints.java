// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.harvester.http.query.Endpoint.Reply;
import io.harvester.query.engine.StoredLabels;
import io.harvester.query.text.GoText;
import io.harvester.query.value.Labels;
import io.harvester.read.Matcher;
import io.harvester.read.SeriesIndex;
import io.harvester.read.SeriesSelection;
import io.harvester.storage.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** {@code /api/v1/series}, {@code /api/v1/labels} and {@code /api/v1/label/<name>/values}. */
final class CatalogEndpoints {
  private static final String TRUNCATED = "results truncated due to limit";
  private static final int SERIES_PER_CHECK = 1024;

  /** How old what the index knows of a node may be, ms: more nodes are shown rather than fewer. */
  private static final long AGE_OF_NODES = 60_000;

  private final String nodeLabel;

  CatalogEndpoints(String nodeLabel) {
    this.nodeLabel = nodeLabel;
  }

  Reply series(Call call) throws ApiException, StoreException {
    Parameters given = call.parameters();
    if (given.all("match[]").isEmpty()) {
      throw ApiException.badData("no match[] parameter provided");
    }
    int limit = given.limit();
    long since = since(given);
    Set<Labels> found = new LinkedHashSet<>();
    for (List<Matcher> matchers : given.matchers()) {
      SeriesSelection selection =
          call.backend().reader().find(call.scope().within(matchers), since);
      for (int i = 0; i < selection.count() && !isEnough(found, limit); i++) {
        found.add(StoredLabels.of(selection.labels(i), nodeLabel));
        if (i % SERIES_PER_CHECK == 0 && call.cancelled().getAsBoolean()) {
          throw new ApiException(ApiException.Type.CANCELED, "the client has gone");
        }
      }
    }
    List<Labels> series = new ArrayList<>(found);
    boolean truncated = limit > 0 && series.size() > limit;
    List<Labels> shown = truncated ? series.subList(0, limit) : series;
    return new Reply(
        json -> {
          json.raw('[');
          for (int i = 0; i < shown.size(); i++) {
            if (i > 0) {
              json.raw(',');
            }
            json.labels(shown.get(i));
          }
          json.raw(']');
        },
        warnings(truncated),
        List.of());
  }

  private static boolean isEnough(Set<?> found, int limit) {
    return limit > 0 && found.size() > limit;
  }

  Reply labelNames(Call call) throws ApiException, StoreException {
    int limit = call.parameters().limit();
    return texts(
        call, limit, (matchers, since) -> call.backend().reader().labelNames(matchers, since));
  }

  Reply labelValues(Call call) throws ApiException, StoreException {
    String name = EscapedName.decode(call.parameters().text("name"));
    if (name.isEmpty()) {
      throw ApiException.badData("invalid label name: \"\"");
    }
    int limit = call.parameters().limit();
    return texts(
        call,
        limit,
        (matchers, since) -> call.backend().reader().labelValues(name, matchers, since));
  }

  private interface Search {
    Set<String> find(List<Matcher> matchers, long since) throws StoreException;
  }

  private static Reply texts(Call call, int limit, Search search)
      throws ApiException, StoreException {
    Parameters given = call.parameters();
    long since = since(given);
    List<List<Matcher>> sets = given.matchers();
    Set<String> all = new TreeSet<>(GoText::compare);
    for (List<Matcher> matchers : sets.isEmpty() ? List.of(List.<Matcher>of()) : sets) {
      all.addAll(search.find(call.scope().within(matchers), since));
    }
    boolean truncated = limit > 0 && all.size() > limit;
    Collection<String> shown = truncated ? new ArrayList<>(all).subList(0, limit) : all;
    return new Reply(json -> json.strings(shown), warnings(truncated), List.of());
  }

  private static List<String> warnings(boolean truncated) {
    return truncated ? List.of(TRUNCATED) : List.of();
  }

  /** The names of all metrics in the scope. */
  static Set<String> metricNames(Call call) throws StoreException {
    return call.backend()
        .reader()
        .labelValues(SeriesIndex.METRIC_NAME, call.scope().restriction(), Long.MIN_VALUE);
  }

  private static long since(Parameters given) throws ApiException {
    long start = given.time("start", Long.MIN_VALUE);
    given.time("end", Long.MAX_VALUE); // refused if it is malformed
    return start < Long.MIN_VALUE + AGE_OF_NODES ? start : start - AGE_OF_NODES;
  }
}
