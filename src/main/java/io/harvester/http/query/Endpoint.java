// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.harvester.http.json.JsonWriter;
import io.harvester.query.engine.QueryException;
import io.harvester.storage.StoreException;
import java.io.IOException;
import java.util.List;

/** Answers the requests of one path. Runs on a query thread. */
@FunctionalInterface
interface Endpoint {
  Reply answer(Call call) throws ApiException, QueryException, StoreException;

  /** Writes the value of {@code data}. */
  @FunctionalInterface
  interface Data {
    void writeTo(JsonWriter json) throws IOException;
  }

  /**
   * A result.
   *
   * @param warnings what makes it wrong or incomplete
   * @param infos what a person may want to know
   */
  record Reply(Data data, List<String> warnings, List<String> infos) {
    static Reply of(Data data) {
      return new Reply(data, List.of(), List.of());
    }
  }
}
