package dev.troupe.loadgen.client;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one stream that wait for an answer, by an id that is never given out twice, without
 * an allocation per call. Used by one thread.
 */
final class InFlight {
  private static final int SLOTS_INITIAL = 64;

  private Outcome.@Nullable Listener[] listeners = new Outcome.Listener[SLOTS_INITIAL];
  private long[] deadlines = new long[SLOTS_INITIAL];
  private int[] generations = new int[SLOTS_INITIAL];
  private int[] free = new int[SLOTS_INITIAL];
  private int freeCount;
  private int used;

  InFlight() {
    addFree(0);
  }

  /** The id to send with a call. */
  long add(Outcome.Listener listener, long deadlineNanos) {
    if (freeCount == 0) {
      grow();
    }
    int slot = free[--freeCount];
    listeners[slot] = listener;
    deadlines[slot] = deadlineNanos;
    used++;
    return ((long) generations[slot] << Integer.SIZE) | slot;
  }

  /** Who waits for an answer; null when nobody does any more. */
  Outcome.@Nullable Listener remove(long id) {
    int slot = (int) id;
    boolean known = slot >= 0 && slot < listeners.length;
    if (!known || generations[slot] != (int) (id >>> Integer.SIZE)) {
      return null;
    }
    return take(slot);
  }

  /** Takes out one call whose deadline has passed; null when there is none. */
  Outcome.@Nullable Listener removeExpired(long nowNanos) {
    for (int slot = 0; slot < listeners.length && used > 0; slot++) {
      if (listeners[slot] != null && nowNanos - deadlines[slot] >= 0) {
        return take(slot);
      }
    }
    return null;
  }

  Outcome.@Nullable Listener removeAny() {
    for (int slot = 0; slot < listeners.length && used > 0; slot++) {
      if (listeners[slot] != null) {
        return take(slot);
      }
    }
    return null;
  }

  int size() {
    return used;
  }

  private Outcome.@Nullable Listener take(int slot) {
    Outcome.Listener listener = listeners[slot];
    if (listener != null) {
      listeners[slot] = null;
      generations[slot]++;
      free[freeCount++] = slot;
      used--;
    }
    return listener;
  }

  private void grow() {
    int before = listeners.length;
    listeners = Arrays.copyOf(listeners, before * 2);
    deadlines = Arrays.copyOf(deadlines, before * 2);
    generations = Arrays.copyOf(generations, before * 2);
    free = Arrays.copyOf(free, before * 2);
    addFree(before);
  }

  private void addFree(int from) {
    for (int slot = listeners.length - 1; slot >= from; slot--) {
      free[freeCount++] = slot;
    }
  }
}
