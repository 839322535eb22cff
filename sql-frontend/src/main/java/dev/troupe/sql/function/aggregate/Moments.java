package dev.troupe.sql.function.aggregate;

import org.jspecify.annotations.Nullable;

/**
 * Sums of pairs of numbers and of the squares of their distances from the mean, gathered in one
 * pass by the method of Youngs and Cramer, which does not lose digits as plain sums of squares do.
 */
final class Moments {
  private double count;
  private double sumX;
  private double sumY;
  private double squaresX;
  private double squaresY;
  private double products;

  void add(double x) {
    add(x, 0);
  }

  void add(double x, double y) {
    count++;
    sumX += x;
    sumY += y;
    if (count > 1) {
      double distanceX = x * count - sumX;
      double distanceY = y * count - sumY;
      double scale = 1 / (count * (count - 1));
      squaresX += distanceX * distanceX * scale;
      squaresY += distanceY * distanceY * scale;
      products += distanceX * distanceY * scale;
    } else {
      // Infinities and NaN have no distance from anything.
      squaresX = distanceFromItself(x);
      squaresY = distanceFromItself(y);
      products = squaresX + squaresY;
    }
  }

  private static double distanceFromItself(double value) {
    return Double.isFinite(value) ? 0 : Double.NaN;
  }

  void merge(Moments other) {
    if (other.count == 0) {
      return;
    }
    if (count > 0) {
      double all = count + other.count;
      double apartX = sumX / count - other.sumX / other.count;
      double apartY = sumY / count - other.sumY / other.count;
      double weight = count * other.count / all;
      squaresX += apartX * apartX * weight;
      squaresY += apartY * apartY * weight;
      products += apartX * apartY * weight;
    }
    count += other.count;
    sumX += other.sumX;
    sumY += other.sumY;
    squaresX += other.squaresX;
    squaresY += other.squaresY;
    products += other.products;
  }

  boolean isEmpty() {
    return count == 0;
  }

  Double meanX() {
    return sumX / count;
  }

  Double meanY() {
    return sumY / count;
  }

  Double squaresX() {
    return squaresX;
  }

  Double squaresY() {
    return squaresY;
  }

  Double products() {
    return products;
  }

  Double variance() {
    return squaresX / count;
  }

  @Nullable Double sampleVariance() {
    return count < 2 ? null : (Double) (squaresX / (count - 1));
  }

  Double covariance() {
    return products / count;
  }

  @Nullable Double sampleCovariance() {
    return count < 2 ? null : (Double) (products / (count - 1));
  }

  @Nullable Double correlation() {
    return squaresX == 0 || squaresY == 0
        ? null
        : (Double) (products / Math.sqrt(squaresX * squaresY));
  }

  @Nullable Double determination() {
    if (squaresX == 0) {
      return null;
    }
    return squaresY == 0 ? 1.0 : (Double) (products * products / (squaresX * squaresY));
  }

  @Nullable Double slope() {
    return squaresX == 0 ? null : (Double) (products / squaresX);
  }

  @Nullable Double intercept() {
    return squaresX == 0 ? null : (Double) ((sumY - sumX * products / squaresX) / count);
  }
}
