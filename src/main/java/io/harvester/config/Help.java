package io.harvester.config;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** What {@code --help} and {@code --version} print. */
public final class Help {
  private Help() {}

  /** The version of this build. */
  public static String version() {
    try (InputStream in = Help.class.getResourceAsStream("/version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new IllegalStateException("version.properties is in the jar", e);
    }
  }

  /** Commands and settings. */
  public static String text() {
    StringBuilder text =
        new StringBuilder(
            """
            Harvester aggregator: Prometheus remote_write into TimescaleDB or PostgreSQL.

            usage: java -jar harvester-aggregator.jar [--setting value …]
                   java -jar harvester-aggregator.jar sql "SELECT …"   ask the database
                   java -jar harvester-aggregator.jar node …           who may write; "node" alone
                                                                       lists its commands
                   java -jar harvester-aggregator.jar --version

            Each setting is a flag, an environment variable HARVESTER_…, or a line of the
            properties file that --config (HARVESTER_CONFIG) names; that is also the order
            in which they win.

            """);
    for (Setting setting : Setting.values()) {
      String standard = setting.defaultValue().isEmpty() ? "none" : setting.defaultValue();
      text.append(
          "  %-38s %s%n  %-38s %s, default %s%n"
              .formatted(setting.flag(), setting.meaning(), "", setting.key(), standard));
    }
    return text.toString();
  }
}
