package dev.troupe.transport;

import dev.troupe.protocol.spi.MonotonicClock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what is queued for or on its way to one peer. {@link #admit} is asked by any thread,
 * {@link #sent} and {@link #reset} belong to the link, {@link #acknowledged} to the inbox.
 *
 * <p>When nothing was acknowledged for {@link #STALL_NANOS_MAX} although the window is full, the
 * bytes count as lost: the link starts a new epoch and stays closed until the peer acknowledges it,
 * so that a dead peer costs one window of memory and no more.
 */
final class LinkWindow {
  /** Bytes queued or unacknowledged per peer. */
  static final long WINDOW_BYTES_MAX = 8L << 20;

  /** How long a full window may stand still. */
  static final long STALL_NANOS_MAX = 500_000_000L;

  private static final long NOT_STALLED = Long.MIN_VALUE;

  private final MonotonicClock clock;
  private final AtomicLong outstanding = new AtomicLong();
  private final AtomicLong stalledSince = new AtomicLong(NOT_STALLED);
  private volatile boolean awaitingAnswer;
  private long epoch;
  private long sentOffset;
  private long ackedOffset;

  LinkWindow(MonotonicClock clock, long firstEpoch) {
    this.clock = clock;
    this.epoch = firstEpoch;
  }

  /** Takes room for a message, or refuses it. A message on an empty window is never too large. */
  boolean admit(long bytes) {
    if (awaitingAnswer) {
      return false;
    }
    while (true) {
      long before = outstanding.get();
      if (before > 0 && before + bytes > WINDOW_BYTES_MAX) {
        return false;
      }
      if (outstanding.compareAndSet(before, before + bytes)) {
        return true;
      }
    }
  }

  /** After a refusal: whether it is time to start anew. True for one caller per period. */
  boolean stallElapsed() {
    long now = clock.nanos();
    long since = stalledSince.get();
    if (since == NOT_STALLED) {
      stalledSince.compareAndSet(NOT_STALLED, now);
      return false;
    }
    return now - since >= STALL_NANOS_MAX && stalledSince.compareAndSet(since, now);
  }

  /** Gives back the room of messages that were taken from the queue. */
  void release(long admittedBytes) {
    outstanding.addAndGet(-admittedBytes);
  }

  /** Counts the body of an envelope that is sent. */
  synchronized void sent(int bodyBytes) {
    sentOffset += bodyBytes;
    outstanding.addAndGet(bodyBytes);
  }

  synchronized void acknowledged(long ofEpoch, long offset) {
    if (ofEpoch != epoch || offset > sentOffset) {
      return;
    }
    if (awaitingAnswer || offset > ackedOffset) {
      stalledSince.set(NOT_STALLED);
    }
    if (offset > ackedOffset) {
      outstanding.addAndGet(ackedOffset - offset);
      ackedOffset = offset;
    }
    awaitingAnswer = false;
  }

  /**
   * Gives up what is unacknowledged.
   *
   * @return false when an acknowledgement came in the meantime and nothing was given up
   */
  synchronized boolean reset(long newEpoch) {
    if (stalledSince.get() == NOT_STALLED) {
      return false;
    }
    outstanding.addAndGet(ackedOffset - sentOffset);
    epoch = newEpoch;
    sentOffset = 0;
    ackedOffset = 0;
    awaitingAnswer = true;
    return true;
  }

  synchronized long epoch() {
    return epoch;
  }

  synchronized long sentOffset() {
    return sentOffset;
  }

  long outstandingBytes() {
    return outstanding.get();
  }
}
