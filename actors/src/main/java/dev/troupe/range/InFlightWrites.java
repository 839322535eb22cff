package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Which keys a leader is about to write. A key is marked here before the timestamp of its write is
 * drawn, and until the write is visible or will never be. Hence, when a reader finds its key
 * unmarked, every write of the key whose timestamp was given out before then is visible, and every
 * other one gets a timestamp that is given out later than the reader's own.
 *
 * <p>Keys share marks by their hash: a collision costs a reader a short wait. Marked by the
 * replica, unmarked and read by any thread.
 */
public final class InFlightWrites {
  private static final int SLOT_BITS = 8;

  private final AtomicIntegerArray slots = new AtomicIntegerArray(1 << SLOT_BITS);
  private final AtomicInteger all = new AtomicInteger();
  private final AtomicInteger spans = new AtomicInteger();

  /** Whether a read sees everything that it must see, as far as writes under way are concerned. */
  boolean isClearFor(KvRequest.Read read) {
    return switch (read) {
      case KvRequest.Get get -> isClear(get.key());
      case KvRequest.GetAll several -> areClear(several.keys());
      case KvRequest.Scan scan -> all.get() == 0;
      case KvRequest.Validate validate -> isClearFor(validate);
      case KvRequest.HoldKey hold -> isClear(hold.key());
      // Nothing with a timestamp is read.
      case KvRequest.AskOutcome ask -> true;
      case KvRequest.LetGo letGo -> true;
    };
  }

  private boolean isClearFor(KvRequest.Validate validate) {
    if (all.get() == 0) {
      return true;
    }
    for (KeySpan span : validate.spans()) {
      if (!span.isOneKey() || !isClear(span.start())) {
        return false;
      }
    }
    return true;
  }

  private boolean areClear(List<Key> keys) {
    if (all.get() == 0) {
      return true;
    }
    for (Key key : keys) {
      if (!isClear(key)) {
        return false;
      }
    }
    return true;
  }

  private boolean isClear(Key key) {
    return slots.get(slot(key)) == 0 && spans.get() == 0;
  }

  void mark(KvRequest.Write write) {
    all.incrementAndGet();
    change(write, 1);
  }

  void unmark(KvRequest.Write write) {
    change(write, -1);
    all.decrementAndGet();
  }

  private void change(KvRequest.Write write, int by) {
    switch (write) {
      case KvRequest.Put put -> change(put.key(), by);
      case KvRequest.Delete delete -> change(delete.key(), by);
      case KvRequest.CompareAndSet compare -> change(compare.key(), by);
      case KvRequest.DeleteRange range -> spans.addAndGet(by);
      case KvRequest.Batch batch -> {
        for (KvRequest.Write inner : batch.writes()) {
          change(inner, by);
        }
      }
      case KvRequest.CommitOnePhase step -> {
        for (KvRequest.Change changed : step.changes()) {
          change(changed.key(), by);
        }
      }
      case KvRequest.Prepare step -> {
        for (KvRequest.Change changed : step.changes()) {
          change(changed.key(), by);
        }
      }
      // Writes no versions.
      case KvRequest.RaiseHorizon raise -> {}
      // Their keys are locked until the versions are visible.
      case KvRequest.Resolve step -> {}
      case KvRequest.Decide step -> {}
      case KvRequest.Abort step -> {}
      case KvRequest.Finish step -> {}
    }
  }

  private void change(Key key, int by) {
    slots.addAndGet(slot(key), by);
  }

  private static int slot(Key key) {
    return (key.hashCode() * 0x9E3779B9) >>> (Integer.SIZE - SLOT_BITS);
  }
}
