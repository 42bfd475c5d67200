// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.functions.Grid;
import io.harvester.query.functions.Column;
import io.harvester.query.promql.Call;
import java.util.List;

final class InfoJoin {
  private final Evaluator evaluator;
  private final Evaluator.Context context;

  InfoJoin(Evaluator evaluator, Evaluator.Context context) {
    this.evaluator = evaluator;
    this.context = context;
  }

  List<Column> eval(Call call, Grid grid) {
    throw new IllegalStateException("info" + context + evaluator + call + grid);
  }
}
