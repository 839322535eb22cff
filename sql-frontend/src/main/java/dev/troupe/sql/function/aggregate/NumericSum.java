package dev.troupe.sql.function.aggregate;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.Numeric;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * An exact sum of numerics. Infinities and NaN are counted beside, so that they can be taken out.
 */
final class NumericSum {
  private BigDecimal finite = BigDecimal.ZERO;
  private long count;
  private long infinite;
  private long negativeInfinite;
  private long notNumbers;
  private int scale;
  private long ofThatScale;

  void add(Numeric value) {
    count++;
    if (value.isFinite()) {
      finite = finite.add(value.decimal());
      countScale(value.scale(), 1);
    } else {
      countSpecial(value, 1);
    }
  }

  private void countScale(int added, long times) {
    if (added > scale) {
      scale = added;
      ofThatScale = times;
    } else if (added == scale) {
      ofThatScale += times;
    }
  }

  private void countSpecial(Numeric value, int by) {
    if (value.isNaN()) {
      notNumbers += by;
    } else if (value.signum() > 0) {
      infinite += by;
    } else {
      negativeInfinite += by;
    }
  }

  /** False when the scale of what remains would not be known: sums show the largest scale. */
  boolean remove(Numeric value) {
    if (value.isFinite()) {
      boolean last = value.scale() == scale && scale > 0 && ofThatScale == 1;
      if (last) {
        return false;
      }
      finite = finite.subtract(value.decimal());
      ofThatScale -= value.scale() == scale ? 1 : 0;
    } else {
      countSpecial(value, -1);
    }
    count--;
    return true;
  }

  void merge(NumericSum other) {
    count += other.count;
    infinite += other.infinite;
    negativeInfinite += other.negativeInfinite;
    notNumbers += other.notNumbers;
    finite = finite.add(other.finite);
    countScale(other.scale, other.ofThatScale);
  }

  void write(ByteWriter out) {
    out.putVarLong(count)
        .putVarLong(infinite)
        .putVarLong(negativeInfinite)
        .putVarLong(notNumbers)
        .putVarInt(scale)
        .putVarLong(ofThatScale)
        .putVarInt(finite.scale())
        .putBytes(finite.unscaledValue().toByteArray());
  }

  static NumericSum read(ByteReader in) {
    var sum = new NumericSum();
    sum.count = in.readVarLong();
    sum.infinite = in.readVarLong();
    sum.negativeInfinite = in.readVarLong();
    sum.notNumbers = in.readVarLong();
    sum.scale = in.readVarInt();
    sum.ofThatScale = in.readVarLong();
    int scaleOfSum = in.readVarInt();
    byte[] unscaled = in.readBytes();
    if (unscaled.length == 0) {
      throw new ByteReader.MalformedBytes("a number has no digits");
    }
    sum.finite = new BigDecimal(new BigInteger(unscaled), scaleOfSum);
    return sum;
  }

  long count() {
    return count;
  }

  Numeric sum() {
    if (notNumbers > 0 || (infinite > 0 && negativeInfinite > 0)) {
      return Numeric.NAN;
    }
    if (infinite > 0) {
      return Numeric.POSITIVE_INFINITY;
    }
    return negativeInfinite > 0 ? Numeric.NEGATIVE_INFINITY : Numeric.of(finite);
  }
}
