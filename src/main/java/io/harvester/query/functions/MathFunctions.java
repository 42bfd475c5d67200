// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

import java.util.function.DoubleUnaryOperator;

/** Functions of single numbers, with the special cases of Go's {@code math}. */
public final class MathFunctions {
  private static final double LN2 = 0.6931471805599453;
  private static final double LN10 = 2.302585092994046;
  private static final double LARGE = 1 << 28;
  private static final double SMALL = 1.0 / (1 << 28);

  private MathFunctions() {}

  /** A function by name; null if there is none. */
  public static DoubleUnaryOperator of(String name) {
    return switch (name) {
      case "abs" -> Math::abs;
      case "ceil" -> Math::ceil;
      case "floor" -> Math::floor;
      case "exp" -> Math::exp;
      case "sqrt" -> Math::sqrt;
      case "ln" -> Math::log;
      case "log2" -> MathFunctions::log2;
      case "log10" -> value -> log2(value) * (LN2 / LN10);
      case "sgn" -> value -> value < 0 ? -1 : value > 0 ? 1 : value;
      case "rad" -> value -> value * Math.PI / 180;
      case "deg" -> value -> value * 180 / Math.PI;
      default -> trigonometric(name);
    };
  }

  private static DoubleUnaryOperator trigonometric(String name) {
    return switch (name) {
      case "sin" -> Math::sin;
      case "cos" -> Math::cos;
      case "tan" -> Math::tan;
      case "asin" -> Math::asin;
      case "acos" -> Math::acos;
      case "atan" -> Math::atan;
      case "sinh" -> Math::sinh;
      case "cosh" -> Math::cosh;
      case "tanh" -> Math::tanh;
      case "asinh" -> MathFunctions::asinh;
      case "acosh" -> MathFunctions::acosh;
      case "atanh" -> MathFunctions::atanh;
      default -> null;
    };
  }

  /** Exact for powers of 2. */
  private static double log2(double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      return Math.log(value);
    }
    int exponent = Math.getExponent(value);
    double scaled = value;
    if (exponent < Double.MIN_EXPONENT) { // subnormal
      scaled = value * 0x1p52;
      exponent = Math.getExponent(scaled) - 52;
      scaled = Math.scalb(scaled, -Math.getExponent(scaled) - 1);
    } else {
      scaled = Math.scalb(value, -exponent - 1);
    }
    return scaled == 0.5 ? exponent : Math.log(scaled) * (1 / LN2) + (exponent + 1);
  }

  private static double asinh(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return value;
    }
    double x = Math.abs(value);
    double result;
    if (x > LARGE) {
      result = Math.log(x) + LN2;
    } else if (x > 2) {
      result = Math.log(2 * x + 1 / (Math.sqrt(x * x + 1) + x));
    } else if (x < SMALL) {
      result = x;
    } else {
      result = Math.log1p(x + x * x / (1 + Math.sqrt(1 + x * x)));
    }
    return value < 0 ? -result : result;
  }

  private static double acosh(double x) {
    if (!(x >= 1)) {
      return Double.NaN;
    }
    if (x >= LARGE) {
      return Math.log(x) + LN2;
    }
    if (x > 2) {
      return Math.log(2 * x - 1 / (x + Math.sqrt(x * x - 1)));
    }
    double t = x - 1;
    return Math.log1p(t + Math.sqrt(2 * t + t * t));
  }

  private static double atanh(double value) {
    double x = Math.abs(value);
    if (!(x <= 1)) {
      return Double.NaN;
    }
    double result;
    if (x == 1) {
      result = Double.POSITIVE_INFINITY;
    } else if (x < SMALL) {
      result = x;
    } else if (x < 0.5) {
      result = 0.5 * Math.log1p(x + x + (x + x) * x / (1 - x));
    } else {
      result = 0.5 * Math.log1p((x + x) / (1 - x));
    }
    return value < 0 ? -result : result;
  }

  /** A power; 1 to whatever is 1, and so is -1 to an infinity. */
  public static double pow(double base, double exponent) {
    if (base == 1 || (base == -1 && Double.isInfinite(exponent))) {
      return 1;
    }
    return Math.pow(base, exponent);
  }

  /** The larger one; an infinity wins against NaN. */
  public static double max(double left, double right) {
    return left == Double.POSITIVE_INFINITY || right == Double.POSITIVE_INFINITY
        ? Double.POSITIVE_INFINITY
        : Math.max(left, right);
  }

  /** The smaller one; an infinity wins against NaN. */
  public static double min(double left, double right) {
    return left == Double.NEGATIVE_INFINITY || right == Double.NEGATIVE_INFINITY
        ? Double.NEGATIVE_INFINITY
        : Math.min(left, right);
  }

  /** The nearest multiple, ties up. */
  public static double round(double value, double multiple) {
    double inverse = 1.0 / multiple;
    return Math.floor(value * inverse + 0.5) / inverse;
  }
}
