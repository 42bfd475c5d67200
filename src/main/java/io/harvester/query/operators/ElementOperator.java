// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.operators;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.MathFunctions;
import io.harvester.query.functions.Notes;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.IncompatibleSchemasException;
import io.harvester.query.promql.Binary;
import io.harvester.query.promql.Operator;
import io.harvester.query.promql.Position;
import io.harvester.query.text.GoText;
import io.harvester.query.value.Labels;

/** An arithmetic operator or a comparison, applied step by step. */
public final class ElementOperator {
  private final Operator operator;
  private final boolean comparison;
  private final boolean returnBool;
  private final Notes notes;
  private final Position position;

  /** The operator of an expression. */
  public ElementOperator(Binary binary, Notes notes) {
    this.operator = binary.operator();
    this.comparison = operator.isComparison();
    this.returnBool = binary.returnBool();
    this.notes = notes;
    this.position = binary.position();
  }

  /** The side of an operator: floats and, or null, histograms per step. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Side(double[] values, FloatHistogram[] histograms) {
    /** The samples of a column. */
    public static Side of(Column column) {
      return new Side(column.values(), column.histograms());
    }

    /** Numbers. */
    public static Side of(double[] values) {
      return new Side(values, null);
    }

    FloatHistogram histogram(int step) {
      return histograms == null ? null : histograms[step];
    }
  }

  /** Whether results have another meaning than the operands, so that the name is dropped. */
  public boolean changesMeaning() {
    return !comparison;
  }

  /** Whether a comparison returns 0 or 1. */
  public boolean returnsBool() {
    return returnBool;
  }

  /** The values of an operator on two scalars. */
  public double[] scalars(double[] left, double[] right) {
    double[] values = new double[left.length];
    for (int step = 0; step < values.length; step++) {
      values[step] =
          comparison ? compares(left[step], right[step]) ? 1 : 0 : compute(left[step], right[step]);
    }
    return values;
  }

  /**
   * The column of an operator on two sides; null if it has no sample.
   *
   * @param keepsRight whether a comparison returns the samples of the right side
   */
  public Column apply(Labels labels, boolean nameless, Side left, Side right, boolean keepsRight) {
    double[] values = new double[left.values().length];
    if (left.histograms() != null || right.histograms() != null) {
      return mixed(labels, nameless, left, right, keepsRight, values);
    }
    boolean any =
        comparison
            ? compare(left.values(), right.values(), keepsRight, values)
            : compute(left.values(), right.values(), values);
    return any ? new Column(labels, nameless, values, null) : null;
  }

  private boolean compute(double[] left, double[] right, double[] values) {
    boolean any = false;
    for (int step = 0; step < values.length; step++) {
      double l = left[step];
      double r = right[step];
      if (Column.isAbsent(l) || Column.isAbsent(r)) {
        values[step] = Column.ABSENT;
      } else {
        values[step] = compute(l, r);
        any = true;
      }
    }
    return any;
  }

  private boolean compare(double[] left, double[] right, boolean keepsRight, double[] values) {
    boolean any = false;
    for (int step = 0; step < values.length; step++) {
      double l = left[step];
      double r = right[step];
      double value = Column.ABSENT;
      if (!Column.isAbsent(l) && !Column.isAbsent(r)) {
        boolean holds = compares(l, r);
        if (returnBool) {
          value = holds ? 1 : 0;
        } else if (holds) {
          value = keepsRight ? r : l;
        }
      }
      values[step] = value;
      any |= !Column.isAbsent(value);
    }
    return any;
  }

  private double compute(double left, double right) {
    return switch (operator) {
      case ADD -> left + right;
      case SUB -> left - right;
      case MUL -> left * right;
      case DIV -> left / right;
      case MOD -> left % right;
      case POW -> MathFunctions.pow(left, right);
      case ATAN2 -> Math.atan2(left, right);
      default -> throw new IllegalStateException("no arithmetic: " + operator);
    };
  }

  private boolean compares(double left, double right) {
    return switch (operator) {
      case EQL -> left == right;
      case NEQ -> left != right;
      case GTR -> left > right;
      case LSS -> left < right;
      case GTE -> left >= right;
      case LTE -> left <= right;
      default -> throw new IllegalStateException("no comparison: " + operator);
    };
  }

  private Column mixed(
      Labels labels, boolean nameless, Side left, Side right, boolean keepsRight, double[] values) {
    FloatHistogram[] histograms = new FloatHistogram[values.length];
    boolean any = false;
    boolean anyHistogram = false;
    for (int step = 0; step < values.length; step++) {
      values[step] = Column.ABSENT;
      FloatHistogram l = left.histogram(step);
      FloatHistogram r = right.histogram(step);
      double lf = left.values()[step];
      double rf = right.values()[step];
      if ((l == null && Column.isAbsent(lf)) || (r == null && Column.isAbsent(rf))) {
        continue;
      }
      if (l == null && r == null) {
        double[] one = {0};
        if (comparison
            ? compare(new double[] {lf}, new double[] {rf}, keepsRight, one)
            : compute(new double[] {lf}, new double[] {rf}, one)) {
          values[step] = one[0];
          any = true;
        }
      } else if (comparison) {
        any |= compare(l, r, keepsRight, step, values, histograms);
        anyHistogram |= histograms[step] != null;
      } else {
        histograms[step] = compute(l, r, lf, rf);
        anyHistogram |= histograms[step] != null;
      }
    }
    any |= anyHistogram;
    return any ? new Column(labels, nameless, values, anyHistogram ? histograms : null) : null;
  }

  private boolean compare(
      FloatHistogram left,
      FloatHistogram right,
      boolean keepsRight,
      int step,
      double[] values,
      FloatHistogram[] histograms) {
    boolean equality = operator == Operator.EQL || operator == Operator.NEQ;
    if (left == null || right == null || !equality) {
      noteTypes(left, right);
      return false;
    }
    boolean holds = left.equals(right) == (operator == Operator.EQL);
    if (returnBool) {
      values[step] = holds ? 1 : 0;
      return true;
    }
    histograms[step] = !holds ? null : keepsRight ? right : left;
    return holds;
  }

  private FloatHistogram compute(
      FloatHistogram left, FloatHistogram right, double leftFloat, double rightFloat) {
    try {
      if (left != null && right != null) {
        if (operator == Operator.ADD) {
          return left.add(right).compact();
        } else if (operator == Operator.SUB) {
          return left.sub(right).compact();
        }
      } else if (left == null && operator == Operator.MUL) {
        return right.mul(leftFloat).compact();
      } else if (left != null && operator == Operator.MUL) {
        return left.mul(rightFloat).compact();
      } else if (left != null && operator == Operator.DIV) {
        return left.div(rightFloat).compact();
      }
    } catch (IncompatibleSchemasException e) {
      notes.warning(
          "incompatible bucket layout encountered for binary operator " + operator.text(),
          position);
      return null;
    }
    noteTypes(left, right);
    return null;
  }

  private void noteTypes(FloatHistogram left, FloatHistogram right) {
    notes.info(
        "incompatible sample types encountered for binary operator "
            + GoText.quote(operator.text())
            + ": "
            + (left == null ? "float " : "histogram ")
            + operator.text()
            + (right == null ? " float" : " histogram"),
        position);
  }
}
