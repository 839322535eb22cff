package dev.troupe.loadgen.workload;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.SplittableRandom;

/** Random, hence incompressible, values that are made once and sent many times. Immutable. */
public final class ValuePool {
  private static final int VALUES = 64;
  private static final int STRIDE = 61;

  private final ByteString[] values = new ByteString[VALUES];

  public ValuePool(int valueBytes, long seed) {
    byte[] noise = new byte[valueBytes + VALUES * STRIDE];
    new SplittableRandom(seed).nextBytes(noise);
    for (int i = 0; i < VALUES; i++) {
      values[i] = UnsafeByteOperations.unsafeWrap(noise, i * STRIDE, valueBytes);
    }
  }

  public ByteString value(int anyNumber) {
    return values[Math.floorMod(anyNumber, VALUES)];
  }
}
