// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.account;

import io.harvester.account.ActionRefusedException;
import io.harvester.account.Actor;
import io.harvester.account.NodeActions;
import io.harvester.account.NodeTag;
import io.harvester.auth.AccessUnavailableException;
import io.harvester.auth.NodePattern;
import io.harvester.auth.Secret;
import io.harvester.config.Settings;
import io.harvester.http.Authentication;
import io.harvester.http.Readiness;
import io.harvester.http.ReverseProxy;
import io.harvester.http.RouteModule;
import io.harvester.http.Routes;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** What admins do to nodes on the page: {@code /api/admin/…}. */
public final class AdminApi implements RouteModule {
  private static final int THREADS = 2;
  private static final int MAX_USES = 100_000;
  private static final int MAX_NOTE_LENGTH = 2000;
  private static final Duration YEAR = Duration.ofDays(365);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ReverseProxy proxy;
  private final PostHandler posts;

  /** Takes which proxies are believed. */
  public AdminApi(Vertx vertx, Settings settings) {
    this.proxy = new ReverseProxy(settings.people());
    this.posts =
        new PostHandler(
            vertx, proxy, "admin", THREADS, settings.capacity().requestTimeout().toMillis());
  }

  /** Reads the fields of a request, and makes the task that does it and returns the answer. */
  @FunctionalInterface
  private interface Action {
    Callable<JsonObject> of(NodeActions nodes, Actor actor, Fields body);
  }

  @Override
  public void addTo(Routes routes, Readiness readiness, Authentication authentication) {
    Map<String, Action> actions =
        Map.of(
            "enrol-key", AdminApi::enrolKey,
            "add", AdminApi::add,
            "rotate", AdminApi::rotate,
            "disable", (nodes, actor, body) -> disable(nodes, actor, body, true),
            "enable", (nodes, actor, body) -> disable(nodes, actor, body, false),
            "tag", AdminApi::tag,
            "note", AdminApi::note);
    actions.forEach(
        (name, action) ->
            routes.post(
                "/api/admin/" + name,
                routing -> handle(routing, action, readiness, authentication)));
  }

  private void handle(
      RoutingContext routing, Action action, Readiness readiness, Authentication authentication) {
    if (!posts.isAccepted(routing.request(), readiness)) {
      return;
    }
    authentication.authenticateAdmin(
        routing.request(),
        admin -> {
          Actor actor = new Actor(admin.name(), proxy.address(routing.request()));
          NodeActions nodes = readiness.people().orElseThrow().actions();
          posts.read(
              routing,
              body ->
                  posts.run(
                      routing.response(),
                      action.of(nodes, actor, new Fields(body)),
                      answer -> PostHandler.json(routing.response(), 200, answer)));
        });
  }

  private static Callable<JsonObject> enrolKey(NodeActions nodes, Actor actor, Fields body) {
    int uses = body.number("uses", 1, MAX_USES);
    Duration validity = body.duration("expires", "1h", SECOND, YEAR);
    boolean reEnrol = body.flag("reEnrol");
    NodePattern pattern = body.nodes();
    return () -> {
      Secret key = Secret.newEnrolKey();
      Instant end = nodes.addEnrolKey(actor, key.hash(), uses, validity, reEnrol, pattern);
      return new JsonObject()
          .put("key", key.reveal())
          .put("uses", uses)
          .put("nodes", pattern.text())
          .put("expires", end.toString());
    };
  }

  private static Callable<JsonObject> add(NodeActions nodes, Actor actor, Fields body) {
    String node = body.node();
    return () -> {
      Secret token = Secret.newToken();
      nodes.add(actor, node, token.hash());
      return new JsonObject().put("node", node).put("token", token.reveal());
    };
  }

  private static Callable<JsonObject> rotate(NodeActions nodes, Actor actor, Fields body) {
    String node = body.node();
    Duration overlap = body.duration("overlap", "24h", Duration.ZERO, YEAR);
    return () -> {
      Secret token = Secret.newToken();
      nodes.rotate(actor, node, token.hash(), overlap);
      return new JsonObject().put("node", node).put("token", token.reveal());
    };
  }

  private static Callable<JsonObject> disable(
      NodeActions nodes, Actor actor, Fields body, boolean disabled) {
    String node = existing(body);
    return () -> {
      nodes.disable(actor, node, disabled);
      return new JsonObject().put("node", node).put("state", disabled ? "disabled" : "enabled");
    };
  }

  private static Callable<JsonObject> tag(NodeActions nodes, Actor actor, Fields body) {
    String node = existing(body);
    Map<String, String> given = body.texts("tags");
    return () -> {
      tag(nodes, actor, node, given);
      return new JsonObject().put("node", node);
    };
  }

  private static void tag(NodeActions nodes, Actor actor, String node, Map<String, String> given)
      throws ActionRefusedException, AccessUnavailableException {
    Map<String, String> set = new LinkedHashMap<>();
    List<String> removed = new ArrayList<>();
    for (Map.Entry<String, String> tag : given.entrySet()) {
      String key = NodeTag.key(tag.getKey());
      if (tag.getValue().isEmpty()) {
        removed.add(key);
      } else {
        set.put(key, NodeTag.value(key, tag.getValue()));
      }
    }
    nodes.tag(actor, node, set, removed);
  }

  private static Callable<JsonObject> note(NodeActions nodes, Actor actor, Fields body) {
    String node = body.text("node", "");
    String text = body.text("text", null).strip();
    if (text.isEmpty() || text.length() > MAX_NOTE_LENGTH) {
      throw new BadRequestException(
          "a note must have 1 to %d characters, not %d".formatted(MAX_NOTE_LENGTH, text.length()));
    }
    String kind = body.text("kind", "note");
    if (!kind.equals("note") && !kind.equals("maintenance")) {
      throw new BadRequestException("\"kind\" must be note or maintenance");
    }
    return () -> {
      nodes.note(actor, node.isEmpty() ? null : node, kind, text);
      return new JsonObject().put("kind", kind);
    };
  }

  /** The name of a node that has written: where no credential is required, it may be any text. */
  private static String existing(Fields body) {
    return body.text("node", null);
  }
}
