// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli.sql;

import java.io.PrintStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Prints rows as a table, however many: the first ones determine how wide its columns are. */
public final class RowPrinter {
  /** Number of rows that determine the width of the columns, and that are in memory at a time. */
  public static final int FETCH_SIZE = 1000;

  private static final int MAX_COLUMN_WIDTH = 60;

  private final ResultSet rows;
  private final PrintStream out;
  private final int[] widths;
  private long printed;

  private RowPrinter(ResultSet rows, PrintStream out) throws SQLException {
    this.rows = rows;
    this.out = out;
    this.widths = new int[rows.getMetaData().getColumnCount()];
  }

  /** Prints column names, rows and their number; stops early if the output is closed. */
  public static void print(ResultSet rows, PrintStream out) throws SQLException {
    new RowPrinter(rows, out).print();
  }

  /** "1 row", "2 rows". */
  public static String count(long rows) {
    return rows + (rows == 1 ? " row" : " rows");
  }

  private void print() throws SQLException {
    String[] names = names();
    List<String[]> part = next();
    widen(names);
    part.forEach(this::widen);
    out.println("-".repeat(printLine(names)));
    while (!part.isEmpty() && !out.checkError()) {
      part.forEach(this::printLine);
      printed += part.size();
      part = next();
    }
    out.println("(" + count(printed) + ")");
  }

  private String[] names() throws SQLException {
    String[] names = new String[widths.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = rows.getMetaData().getColumnLabel(i + 1);
    }
    return names;
  }

  private List<String[]> next() throws SQLException {
    List<String[]> part = new ArrayList<>();
    while (part.size() < FETCH_SIZE && rows.next()) {
      String[] line = new String[widths.length];
      for (int i = 0; i < line.length; i++) {
        line[i] = String.valueOf(rows.getString(i + 1));
      }
      part.add(line);
    }
    return part;
  }

  private void widen(String[] line) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.min(MAX_COLUMN_WIDTH, Math.max(widths[i], line[i].length()));
    }
  }

  /** Returns the width of the line, with trailing spaces. */
  private int printLine(String[] cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(i == 0 ? "" : " | ").append(cells[i]);
      line.append(" ".repeat(Math.max(0, widths[i] - cells[i].length())));
    }
    out.println(line.toString().stripTrailing());
    return line.length();
  }
}
