package io.harvester.http;

import io.harvester.auth.AuthDecision;
import io.harvester.auth.NodeSummary;
import io.harvester.ingest.request.RetryAfter;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/node/self}: what is known of the node whose credential is shown. */
final class NodeSelfHandler implements Handler<RoutingContext> {
  private final Readiness service;
  private final Authentication gate;

  NodeSelfHandler(Readiness service, Authentication gate) {
    this.service = service;
    this.gate = gate;
  }

  @Override
  public void handle(RoutingContext routing) {
    String unready = service.unready();
    if (unready != null) {
      Responses.unavailable(routing.response(), unready, RetryAfter.MEDIUM);
      return;
    }
    gate.enter(routing.request(), verdict -> answer(routing.response(), verdict));
  }

  private void answer(HttpServerResponse response, AuthDecision verdict) {
    if (!(verdict instanceof AuthDecision.Granted granted)) {
      Responses.unauthorized(response, "a node credential is required to tell who asks");
      return;
    }
    Future.fromCompletionStage(service.parts().inventory().find(granted.identity().node()))
        .onSuccess(node -> Responses.json(response.setStatusCode(200), json(node)))
        .onFailure(
            e ->
                Responses.unavailable(
                    response, "the database does not answer now", RetryAfter.MEDIUM));
  }

  private static JsonObject json(NodeSummary node) {
    return new JsonObject()
        .put("node", node.name())
        .put("lastWriteAt", node.lastWriteAt() == null ? null : node.lastWriteAt().toString())
        .put("samples", node.samples());
  }
}
