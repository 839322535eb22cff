package dev.troupe.loadgen.verify;

import java.util.Arrays;
import java.util.Optional;

/**
 * What the only writer of a key knows about it: a register whose writes are numbered from 1 on.
 *
 * <p>An acknowledged or observed write is settled. A write whose answer was lost stays in doubt: it
 * may take effect at any later moment, but only once, so that after it has been observed nothing
 * older may be read again. A refused write must never be seen. Not thread-safe.
 */
public final class OwnedKey {
  /** Stands for the absence of the key. */
  public static final long ABSENT = 0;

  private static final long[] NONE = {};

  private long lastSequence;
  private long settledSequence;
  private long settledVersion;
  private long[] inDoubt = NONE;
  private long acknowledged;
  private boolean unknownWrites;

  /** Says that writes may have been begun after the last one that is known here. */
  void allowUnknownWrites() {
    unknownWrites = true;
  }

  /** The number of a new write, which is in doubt until one of the following says otherwise. */
  public long begin() {
    begin(lastSequence + 1);
    return lastSequence;
  }

  void begin(long sequence) {
    lastSequence = Math.max(lastSequence, sequence);
    inDoubt = Arrays.copyOf(inDoubt, inDoubt.length + 1);
    inDoubt[inDoubt.length - 1] = sequence;
  }

  /**
   * @param version 0 when the system tells none
   */
  public Optional<Finding> acknowledged(long sequence, long version) {
    acknowledged++;
    removeInDoubt(sequence);
    Optional<Finding> finding = Optional.empty();
    if (version != 0 && Long.compareUnsigned(version, settledVersion) <= 0) {
      finding =
          Optional.of(
              new Finding(
                  Finding.Kind.VERSION_REGRESSED,
                  "write " + sequence + " got version " + version + " after " + settledVersion));
    }
    settle(sequence, version);
    return finding;
  }

  /** The write was refused and has promised never to take effect. */
  public void refused(long sequence) {
    removeInDoubt(sequence);
  }

  /**
   * Judges a linearizable read that began when no write of the owner was under way.
   *
   * @param sequence of the value read, or {@link #ABSENT}
   * @param version 0 when the system tells none
   */
  public Optional<Finding> observed(long sequence, long version) {
    if (sequence == settledSequence) {
      boolean known = version != 0 && settledVersion != 0;
      if (known && version != settledVersion) {
        return Optional.of(
            new Finding(
                Finding.Kind.VERSION_REGRESSED,
                "write " + sequence + " had version " + settledVersion + ", now " + version));
      }
      return Optional.empty();
    }
    Optional<Finding> finding = isInDoubt(sequence) ? lateEffect(sequence, version) : bad(sequence);
    removeInDoubt(sequence);
    settle(sequence, version);
    return finding;
  }

  /** Whether any write was begun. */
  public boolean touched() {
    return lastSequence > 0;
  }

  /** The newest write that is known to have taken effect, or {@link #ABSENT}. */
  public long settledSequence() {
    return settledSequence;
  }

  public long acknowledgedWrites() {
    return acknowledged;
  }

  public int inDoubtWrites() {
    return inDoubt.length;
  }

  private Optional<Finding> lateEffect(long sequence, long version) {
    boolean older = version != 0 && Long.compareUnsigned(version, settledVersion) <= 0;
    if (older) {
      return Optional.of(
          new Finding(
              Finding.Kind.VERSION_REGRESSED,
              "write " + sequence + " shows version " + version + " after " + settledVersion));
    }
    return Optional.empty();
  }

  private Optional<Finding> bad(long sequence) {
    String expected = "expected write " + settledSequence + " (version " + settledVersion + ")";
    if (sequence == ABSENT) {
      return Optional.of(new Finding(Finding.Kind.LOST, expected + ", found nothing"));
    }
    if (sequence < settledSequence) {
      return Optional.of(
          new Finding(Finding.Kind.REWOUND, expected + ", found older write " + sequence));
    }
    return Optional.of(
        new Finding(
            Finding.Kind.PHANTOM,
            expected + ", found write " + sequence + ", which was refused or never sent"));
  }

  private void settle(long sequence, long version) {
    settledSequence = sequence;
    settledVersion = version;
  }

  private boolean isInDoubt(long sequence) {
    return indexInDoubt(sequence) >= 0 || (unknownWrites && sequence > lastSequence);
  }

  private int indexInDoubt(long sequence) {
    for (int i = 0; i < inDoubt.length; i++) {
      if (inDoubt[i] == sequence) {
        return i;
      }
    }
    return -1;
  }

  private void removeInDoubt(long sequence) {
    int index = indexInDoubt(sequence);
    if (index >= 0) {
      long[] rest = inDoubt.length == 1 ? NONE : new long[inDoubt.length - 1];
      System.arraycopy(inDoubt, 0, rest, 0, index);
      System.arraycopy(inDoubt, index + 1, rest, index, rest.length - index);
      inDoubt = rest;
    }
  }
}
