package dev.troupe.sql.function.math;

/**
 * Trigonometry in degrees, exact wherever the result is rational: values are scaled by those that
 * the same functions give for such angles, as PostgreSQL does.
 */
final class Degrees {
  private static final double SIN_30 = Math.sin(Math.toRadians(30));
  private static final double ONE_MINUS_COS_60 = 1 - Math.cos(Math.toRadians(60));
  private static final double ASIN_HALF = Math.asin(0.5);
  private static final double ACOS_HALF = Math.acos(0.5);
  private static final double ATAN_1 = Math.atan(1);
  private static final double TAN_45 = sinOfQuarter(45) / cosOfQuarter(45);

  private Degrees() {}

  private static double sinTo30(double degrees) {
    return Math.sin(Math.toRadians(degrees)) / SIN_30 / 2;
  }

  private static double cosTo60(double degrees) {
    return 1 - (1 - Math.cos(Math.toRadians(degrees))) / ONE_MINUS_COS_60 / 2;
  }

  private static double sinOfQuarter(double degrees) {
    return degrees <= 30 ? sinTo30(degrees) : cosTo60(90 - degrees);
  }

  private static double cosOfQuarter(double degrees) {
    return degrees <= 60 ? cosTo60(degrees) : sinTo30(90 - degrees);
  }

  static double sin(double degrees) {
    double angle = Math.abs(degrees % 360);
    double sign = degrees < 0 ? -1 : 1;
    if (angle > 180) {
      angle = 360 - angle;
      sign = -sign;
    }
    return sign * sinOfQuarter(angle > 90 ? 180 - angle : angle);
  }

  static double cos(double degrees) {
    double angle = Math.abs(degrees % 360);
    angle = angle > 180 ? 360 - angle : angle;
    return angle > 90 ? -cosOfQuarter(180 - angle) : cosOfQuarter(angle);
  }

  static double tan(double degrees) {
    double angle = Math.abs(degrees % 360);
    double sign = degrees < 0 ? -1 : 1;
    if (angle > 180) {
      angle = 360 - angle;
      sign = -sign;
    }
    if (angle > 90) {
      angle = 180 - angle;
      sign = -sign;
    }
    double result = sign * (sinOfQuarter(angle) / cosOfQuarter(angle) / TAN_45);
    return result == 0 ? 0 : result;
  }

  private static double asinOfPositive(double value) {
    return value <= 0.5
        ? Math.asin(value) / ASIN_HALF * 30
        : 90 - Math.acos(value) / ACOS_HALF * 60;
  }

  static double asin(double value) {
    return value >= 0 ? asinOfPositive(value) : -asinOfPositive(-value);
  }

  static double acos(double value) {
    if (value < 0) {
      return 90 + asinOfPositive(-value);
    }
    return value <= 0.5
        ? 90 - Math.asin(value) / ASIN_HALF * 30
        : Math.acos(value) / ACOS_HALF * 60;
  }

  static double atan(double value) {
    return Math.atan(value) / ATAN_1 * 45;
  }

  static double atan2(double y, double x) {
    return Math.atan2(y, x) / ATAN_1 * 45;
  }
}
