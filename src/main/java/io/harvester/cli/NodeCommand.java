package io.harvester.cli;

import io.harvester.config.Settings;
import io.harvester.config.SettingsException;
import io.harvester.postgres.access.NodeAdmin;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code node …}: which nodes there are, and who may write as them. */
public final class NodeCommand {
  private static final Map<String, Action> ACTIONS = new LinkedHashMap<>();

  static {
    ACTIONS.put("add", new AddNode());
    ACTIONS.put("list", new ListNodes());
    ACTIONS.put("rotate", new RotateNode());
    ACTIONS.put("revoke", new RevokeNode());
    ACTIONS.put("disable", new SwitchNode(true));
    ACTIONS.put("enable", new SwitchNode(false));
    ACTIONS.put("limit", new LimitNode());
    ACTIONS.put("remove", new RemoveNode());
    ACTIONS.put("enrol-key", new MakeEnrolKey());
  }

  private NodeCommand() {}

  /** One of the commands. */
  interface Action {
    /** What follows its name; may be empty. */
    String arguments();

    /** What it does, in one line. */
    String meaning();

    /** Options without a value, {@code --json} aside. */
    default List<String> switches() {
      return List.of();
    }

    /** Options with a value. */
    default List<String> options() {
      return List.of();
    }

    /** Does it. */
    void run(NodeAdmin admin, Arguments arguments, Output out)
        throws SQLException, CommandException, NodeAdmin.RefusedException;
  }

  /**
   * Runs one command.
   *
   * @return the exit status
   */
  public static int run(List<String> arguments, Map<String, String> environment, PrintStream out)
      throws SettingsException, CommandException {
    Action action = arguments.isEmpty() ? null : ACTIONS.get(arguments.get(0));
    if (action == null) {
      throw new CommandException(usage());
    }
    List<String> switches = new ArrayList<>(action.switches());
    switches.add("--json");
    Arguments given =
        new Arguments(arguments.subList(1, arguments.size()), switches, action.options());
    Settings settings = Settings.load(given.settings(), environment);
    try (NodeAdmin admin = new NodeAdmin(ConfiguredDatabase.url(settings))) {
      action.run(admin, given, new Output(out, given.has("--json")));
      return 0;
    } catch (NodeAdmin.RefusedException e) {
      throw new CommandException(e.getMessage());
    } catch (SQLException e) {
      throw new CommandException(explain(e));
    }
  }

  private static String explain(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.equals("42P01") || state.equals("3F000")
        ? "this database has no tables of this release yet: start the aggregator with it first"
        : e.getMessage();
  }

  private static String usage() {
    StringBuilder text = new StringBuilder("usage: node COMMAND [--json] [--setting value …]\n");
    ACTIONS.forEach(
        (name, action) ->
            text.append(
                "  node %s %s%n      %s%n".formatted(name, action.arguments(), action.meaning())));
    return text.toString().stripTrailing();
  }
}
