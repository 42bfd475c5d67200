// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.account.ActionRefusedException;
import io.harvester.account.NodeTag;
import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.access.FleetAdmin;
import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code node tag} and {@code node untag}. */
final class TagCommands {
  private TagCommands() {}

  /** A key and its value. */
  private record Tag(String key, String value) {}

  static AdminCommand set() {
    return new SetTags();
  }

  static AdminCommand remove() {
    return new RemoveTags();
  }

  private static Tag tag(String text) throws NodeAdmin.RefusedException {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new NodeAdmin.RefusedException(text + " is no tag (for example site=berlin)");
    }
    try {
      String key = NodeTag.key(text.substring(0, equals));
      return new Tag(key, NodeTag.value(key, text.substring(equals + 1)));
    } catch (ActionRefusedException e) {
      throw new NodeAdmin.RefusedException(e.getMessage());
    }
  }

  private static PositionalParamSpec.Builder several(String label, String arity) {
    return PositionalParamSpec.builder()
        .index("1..*")
        .arity(arity)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .initialValue(List.of())
        .paramLabel(label);
  }

  private static final class SetTags implements AdminCommand {
    private static final List<String> COLUMNS = List.of("key", "value");

    private final PositionalParamSpec node = Arguments.node();
    private final PositionalParamSpec tags =
        several("KEY=VALUE", "0..*").description("for example site=berlin").build();

    @Override
    public CommandSpec spec() {
      return Program.command(
              "tag",
              this,
              "Adds tags to a node, or changes their values; without a tag, shows all.",
              "Groups in SQL: SELECT value, count(*) FROM fleet.tag WHERE key = 'site' GROUP BY 1.")
          .addPositional(node)
          .addPositional(tags);
    }

    @Override
    public void run(DatabaseUrl database, Output out)
        throws SQLException, NodeAdmin.RefusedException {
      String name = node.getValue();
      Map<String, String> given = new LinkedHashMap<>();
      for (String text : tags.<List<String>>getValue()) {
        Tag tag = tag(text);
        given.put(tag.key(), tag.value());
      }
      try (FleetAdmin admin = new FleetAdmin(database)) {
        if (!given.isEmpty()) {
          admin.tag(name, given);
        }
        List<Map<String, ?>> rows = new ArrayList<>();
        admin.tags(name).forEach((key, value) -> rows.add(Map.of("key", key, "value", value)));
        out.table(COLUMNS, rows);
      }
    }
  }

  private static final class RemoveTags implements AdminCommand {
    private final PositionalParamSpec node = Arguments.node();
    private final PositionalParamSpec keys =
        several("KEY", "1..*").required(true).description("for example site").build();

    @Override
    public CommandSpec spec() {
      return Program.command("untag", this, "Removes tags from a node.")
          .addPositional(node)
          .addPositional(keys);
    }

    @Override
    public void run(DatabaseUrl database, Output out)
        throws SQLException, NodeAdmin.RefusedException {
      String name = node.getValue();
      List<String> removed = keys.getValue();
      try (FleetAdmin admin = new FleetAdmin(database)) {
        admin.untag(name, removed);
      }
      out.result(
          "removed " + String.join(", ", removed) + " from " + name,
          Map.of("node", name, "removed", removed));
    }
  }
}
