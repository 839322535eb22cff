package dev.troupe.oracle;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.MonotonicClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes the oracle's office, keeps its window ahead of what is drawn, and serves the wishes that
 * cannot be served under a lease at once. A state machine: it is told what happened, and says what
 * to do next to {@link Outside}. One thread at a time; at most one operation under way.
 *
 * <p>Taking office: read the record on this node's own replica; make sure that this node leads the
 * system range <em>after</em> it was read; note the lease, if there is one; replace the record by
 * comparison. The proof keeps out a node that reads the present holder's record without being its
 * successor; comparing keeps out whoever was overtaken in between, however late its write arrives.
 * The full argument is in docs/decisions/0010.
 */
final class OracleCore {
  /** How far ahead of the clock the window is put on record. */
  static final long WINDOW_MILLIS = 3_000;

  /** How much a window has at least, when the numbers are ahead of the clock already. */
  static final long WINDOW_MIN_MILLIS = 1_000;

  /** A window with less left is extended. */
  static final long WINDOW_LOW = 500L << Timestamp.COUNTER_BITS;

  private static final int WISHES_MAX = 4_096;
  private static final long BACKOFF_MIN_NANOS = 5_000_000L;
  private static final long BACKOFF_MAX_NANOS = 100_000_000L;

  /** What the core has done; each operation is answered once, by the method it names. */
  interface Outside {
    /** Reads the record on the own replica, linearizably: {@link #onReadHere}. */
    void readHere();

    /** Reads the record wherever it is, linearizably: {@link #onReadAnywhere}. */
    void readAnywhere();

    /** Replaces the record: {@link #onSwapped}. */
    void swap(byte @Nullable [] expected, byte[] next);

    /** Calls {@link #onRetry} later. */
    void retryIn(long nanos);

    /** Sets what may be drawn from without asking the core; null: nothing. */
    void publish(@Nullable Tenure tenure);

    /** The record lags behind the data: it must come from an old copy. */
    void recordIsBehind(Timestamp highWater, Timestamp data);

    /** The record cannot be read: nothing can be given out. */
    void recordIsMalformed(String why);
  }

  /** How a read of the record ended. */
  sealed interface RecordRead {
    record Found(byte @Nullable [] stored) implements RecordRead {}

    /** The own replica does not lead. */
    record NotHere(@Nullable NodeId leader) implements RecordRead {}

    record Failed() implements RecordRead {}
  }

  /** How a replacement of the record ended. */
  sealed interface Swap {
    record Swapped() implements Swap {}

    record Differs(byte @Nullable [] stored) implements Swap {}

    /** It may have been done, or may still be. */
    record Unknown() implements Swap {}
  }

  /** Somebody who waits for numbers. */
  interface WishReply {
    void granted(long first);

    /**
     * Nothing was given out.
     *
     * @param holder whom to ask; null when that is not known
     */
    void refused(@Nullable NodeId holder);
  }

  private record Wish(int count, long deadlineNanos, WishReply reply) {}

  private record Drawn(Wish wish, long first) {}

  private enum Step {
    NONE,
    READING,
    PROVING,
    TAKING,
    EXTENDING,
    CONFIRMING,
    PAUSING
  }

  private final NodeId self;
  private final Supplier<@Nullable LeaseHold> lease;
  private final OracleClock clock;
  private final MonotonicClock monotonic;
  private final Supplier<Timestamp> data;
  private final Outside outside;
  private final ArrayDeque<Wish> wishes = new ArrayDeque<>();
  private List<Drawn> unconfirmed = List.of();
  private Step step = Step.NONE;
  private boolean leading;
  private int failures;
  private @Nullable Tenure tenure;
  private byte @Nullable [] stored;
  private OracleRecord next = OracleRecord.NONE;
  private Timestamp floor = Timestamp.MIN;
  private @Nullable LeaseHold takingUnder;

  /**
   * Starts without office.
   *
   * @param lease the present lease on the system range, if it is led here under one
   * @param data the highest version that data on this node is known to have
   */
  OracleCore(
      NodeId self,
      Supplier<@Nullable LeaseHold> lease,
      OracleClock clock,
      MonotonicClock monotonic,
      Supplier<Timestamp> data,
      Outside outside) {
    this.self = self;
    this.lease = lease;
    this.clock = clock;
    this.monotonic = monotonic;
    this.data = data;
    this.outside = outside;
  }

  // --- what happens ---------------------------------------------------------------------------

  /** This node leads the system range now, or does not: news, which may be late. */
  void onLeading(boolean now) {
    leading = now;
    failures = 0;
    if (!now) {
      // Whoever wants numbers should ask the successor; an operation under way ends by itself.
      vacate();
    }
    advance();
  }

  /** Somebody wants numbers. The reply is called exactly once, by the deadline or shortly after. */
  void onWish(int count, long deadlineNanos, WishReply reply) {
    if (wishes.size() >= WISHES_MAX) {
      reply.refused(null);
      return;
    }
    wishes.add(new Wish(count, deadlineNanos, reply));
    advance();
  }

  /** A tenure's window runs low. */
  void onWindowLow() {
    advance();
  }

  void onRetry() {
    if (step == Step.PAUSING) {
      step = Step.NONE;
      advance();
    }
  }

  void onReadHere(RecordRead read) {
    Step before = ended();
    switch (read) {
      case RecordRead.Found found when before == Step.READING -> {
        stored = found.stored();
        prove(true);
      }
      case RecordRead.Found found -> prove(false);
      case RecordRead.NotHere other -> {
        leading = false;
        refuseAll(other.leader());
        advance();
      }
      case RecordRead.Failed failed -> pause();
    }
  }

  void onSwapped(Swap swap) {
    if (ended() == Step.EXTENDING) {
      onExtended(swap);
    } else {
      onTaken(swap);
    }
  }

  void onReadAnywhere(RecordRead read) {
    ended();
    List<Drawn> drawn = unconfirmed;
    unconfirmed = List.of();
    OracleRecord found = read instanceof RecordRead.Found present ? decode(present.stored()) : null;
    Tenure mine = tenure;
    if (found != null && mine != null && found.tenure() == mine.number()) {
      failures = 0;
      drawn.forEach(d -> d.wish().reply().granted(d.first()));
      advance();
      return;
    }
    // What was drawn is thrown away; the wishes come first again.
    for (Drawn d : drawn.reversed()) {
      wishes.addFirst(d.wish());
    }
    if (found == null) {
      pause();
    } else {
      deposed(found);
    }
  }

  // --- taking office --------------------------------------------------------------------------

  private void take() {
    vacate();
    step = Step.READING;
    outside.readHere();
  }

  /** The record was read: now this node must be shown to lead, at a moment after that. */
  private void prove(boolean again) {
    LeaseHold hold = lease.get();
    if (hold == null && again) {
      // A second read here that succeeds shows it as well.
      step = Step.PROVING;
      outside.readHere();
      return;
    }
    OracleRecord before = decode(stored);
    if (before == null) {
      pause();
      return;
    }
    Timestamp newest = data.get();
    if (before.tenure() > 0 && newest.compareTo(before.highWater()) > 0) {
      outside.recordIsBehind(before.highWater(), newest);
    }
    takingUnder = hold;
    floor = before.highWater().max(newest);
    next = new OracleRecord(before.tenure() + 1, self, ahead(floor));
    step = Step.TAKING;
    outside.swap(stored, next.encode());
  }

  private void onTaken(Swap swap) {
    switch (swap) {
      case Swap.Swapped done -> {
        failures = 0;
        stored = next.encode();
        var taken =
            new Tenure(next.tenure(), takingUnder, new TimestampWindow(floor, next.highWater()));
        tenure = taken;
        outside.publish(taken);
        advance();
      }
      // Whether it was done or not, another reading tells what to build on.
      case Swap.Differs other -> pause();
      case Swap.Unknown unknown -> pause();
    }
  }

  /** Somebody else took office, or this node's own earlier attempt came through after all. */
  private void deposed(OracleRecord now) {
    vacate();
    NodeId holder = now.holder();
    if (!leading && holder != null && !holder.equals(self)) {
      refuseAll(holder);
    }
    pause();
  }

  private void vacate() {
    if (tenure != null) {
      tenure = null;
      outside.publish(null);
    }
  }

  // --- windows --------------------------------------------------------------------------------

  /** Where a window that begins above a number should end. */
  private Timestamp ahead(Timestamp number) {
    long byClock = (clock.millis() + WINDOW_MILLIS) << Timestamp.COUNTER_BITS;
    long byNumber = number.value() + (WINDOW_MIN_MILLIS << Timestamp.COUNTER_BITS);
    return new Timestamp(Math.max(byClock, byNumber));
  }

  private void extend(Tenure mine) {
    mine.askExtension();
    TimestampWindow window = mine.window();
    next = new OracleRecord(mine.number(), self, ahead(window.last()).max(window.limit().next()));
    step = Step.EXTENDING;
    outside.swap(stored, next.encode());
  }

  private void onExtended(Swap swap) {
    Tenure mine = tenure;
    if (mine == null) {
      advance();
      return;
    }
    switch (swap) {
      case Swap.Swapped done -> {
        stored = next.encode();
        extended(mine, next);
      }
      case Swap.Differs other -> {
        OracleRecord found = decode(other.stored());
        if (found == null) {
          pause();
        } else if (found.tenure() == mine.number()) {
          // An extension of which nothing was heard came through.
          stored = other.stored();
          extended(mine, found);
        } else {
          deposed(found);
        }
      }
      case Swap.Unknown unknown -> pause();
    }
  }

  private void extended(Tenure mine, OracleRecord onRecord) {
    failures = 0;
    mine.window().extend(onRecord.highWater());
    mine.extensionEnded();
    advance();
  }

  // --- wishes ---------------------------------------------------------------------------------

  private Step ended() {
    Step before = step;
    step = Step.NONE;
    return before;
  }

  /** Does what is to be done next, when nothing is under way. */
  private void advance() {
    if (step != Step.NONE) {
      return;
    }
    dropOverdue();
    Tenure mine = tenure;
    if (mine == null) {
      if (leading || !wishes.isEmpty()) {
        take();
      }
      return;
    }
    LeaseHold hold = lease.get();
    if (hold != null && !mine.takenUnder(hold)) {
      // Leadership was interrupted: somebody may have been in office in between.
      take();
    } else if (!wishes.isEmpty()) {
      serve(mine);
    } else if (mine.extensionAsked()) {
      extend(mine);
    }
  }

  private void serve(Tenure mine) {
    var drawn = new ArrayList<Drawn>();
    long millis = clock.millis();
    while (!wishes.isEmpty()) {
      long first = mine.window().take(wishes.element().count(), millis);
      if (first == TimestampWindow.NONE) {
        break;
      }
      drawn.add(new Drawn(wishes.remove(), first));
    }
    if (drawn.isEmpty()) {
      extend(mine);
    } else if (mine.lawful()) {
      drawn.forEach(d -> d.wish().reply().granted(d.first()));
      advance();
    } else {
      unconfirmed = drawn;
      step = Step.CONFIRMING;
      outside.readAnywhere();
    }
  }

  private void dropOverdue() {
    long now = monotonic.nanos();
    wishes.removeIf(
        wish -> {
          boolean overdue = now - wish.deadlineNanos() >= 0;
          if (overdue) {
            wish.reply().refused(null);
          }
          return overdue;
        });
  }

  private void refuseAll(@Nullable NodeId holder) {
    List<Wish> all = List.copyOf(wishes);
    wishes.clear();
    all.forEach(wish -> wish.reply().refused(holder));
  }

  /** Tries again a little later, as long as there is a reason to. */
  private void pause() {
    long backoff = Math.min(BACKOFF_MAX_NANOS, BACKOFF_MIN_NANOS << Math.min(10, failures));
    failures++;
    step = Step.PAUSING;
    outside.retryIn(backoff);
  }

  private @Nullable OracleRecord decode(byte @Nullable [] bytes) {
    try {
      return OracleRecord.decode(bytes);
    } catch (ByteReader.MalformedBytes malformed) {
      outside.recordIsMalformed(String.valueOf(malformed.getMessage()));
      return null;
    }
  }

  @Override
  public String toString() {
    return self + " " + step + " leading=" + leading + " " + Arrays.toString(stored);
  }
}
