// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.auth.AuthDecision;
import io.harvester.auth.NodeSummary;
import io.harvester.ingest.request.RetryAfter;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/node/self}: what the catalog knows of the node that the credential names. */
final class NodeSelfHandler implements Handler<RoutingContext> {
  private final Readiness readiness;
  private final Authentication authentication;

  NodeSelfHandler(Readiness readiness, Authentication authentication) {
    this.readiness = readiness;
    this.authentication = authentication;
  }

  @Override
  public void handle(RoutingContext routing) {
    String obstacle = readiness.whyNotAccepting();
    if (obstacle != null) {
      Responses.unavailable(routing.response(), obstacle, RetryAfter.MEDIUM);
      return;
    }
    authentication.authenticate(
        routing.request(), decision -> answer(routing.response(), decision));
  }

  private void answer(HttpServerResponse response, AuthDecision decision) {
    if (!(decision instanceof AuthDecision.Granted granted)) {
      Responses.unauthorized(response, "a node credential is required to identify the node");
      return;
    }
    Future.fromCompletionStage(readiness.backend().inventory().find(granted.identity().node()))
        .onSuccess(node -> Responses.json(response.setStatusCode(200), json(node)))
        .onFailure(
            e ->
                Responses.unavailable(response, "the database does not answer", RetryAfter.MEDIUM));
  }

  private static JsonObject json(NodeSummary node) {
    return new JsonObject()
        .put("node", node.name())
        .put("lastWriteAt", node.lastWriteAt() == null ? null : node.lastWriteAt().toString())
        .put("samples", node.samples());
  }
}
