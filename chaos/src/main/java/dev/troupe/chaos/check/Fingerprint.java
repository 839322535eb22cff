package dev.troupe.chaos.check;

import dev.troupe.protocol.model.LogEntry;

/** 64-bit digests, equal on every machine. The mixing step is that of SplitMix64. */
public final class Fingerprint {
  private Fingerprint() {}

  public static long mix(long digest, long value) {
    long z = (digest ^ value) + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  public static long of(byte[] data) {
    long digest = data.length;
    for (byte b : data) {
      digest = digest * 31 + b;
    }
    return mix(digest, 0);
  }

  /** Digest of all that an entry says; its index excluded. */
  public static long of(LogEntry entry) {
    return mix(mix(of(entry.data()), entry.kind().number()), entry.term());
  }
}
