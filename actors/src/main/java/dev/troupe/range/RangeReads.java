package dev.troupe.range;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.RowProgram;
import dev.troupe.protocol.spi.StateStore;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Evaluates reads against the state of one range. Any thread that may wait as long as the mode. */
public final class RangeReads {
  private RangeReads() {}

  /** What a read sees of its range beside the stored versions, and what it can do with them. */
  record View(RangeDescriptor descriptor, LocalReplica replica, RowPrograms programs) {}

  /**
   * Evaluates a read, after the writes that it must see are visible.
   *
   * @return Done with Blocked when it met a lock that it may not pass
   * @throws StateStore.WouldBlock when {@code mode} forbids the disk and it is needed
   */
  static RangeReply evaluate(
      StateStore state, View view, KvRequest.Read read, StateStore.ReadMode mode) {
    RangeDescriptor descriptor = view.descriptor();
    if (read instanceof KvRequest.Scan scan) {
      return page(state, view, scan);
    }
    RangeReply refusal = OwnedKeys.refusal(descriptor, read);
    if (refusal != null) {
      return refusal;
    }
    KvResponse response =
        switch (read) {
          case KvRequest.Get get -> get(state, view, get.key(), get.at(), mode);
          case KvRequest.GetAll all -> getAll(state, view, all, mode);
          case KvRequest.HoldKey hold -> held(state, view, hold, mode);
          case KvRequest.Validate validate -> validate(state, view, validate, mode);
          case KvRequest.AskOutcome ask -> outcome(state, ask, mode);
          case KvRequest.LetGo letGo -> new KvResponse.Valid();
          case KvRequest.Scan scan -> throw new IllegalStateException("a scan is read by pages");
        };
    return new RangeReply.Done(response);
  }

  private static KvResponse get(
      StateStore state, View view, Key key, @Nullable Timestamp at, StateStore.ReadMode mode) {
    Timestamp upTo = at == null ? Timestamp.MAX : at;
    Lock lock = view.replica().locks().get(key);
    if (lock != null && lock.bound().compareTo(upTo) <= 0) {
      return new KvResponse.Blocked(key);
    }
    KvResponse value = value(state.newest(key, upTo, mode));
    return at == null ? value : unlessCollected(view, at, value);
  }

  /** One after the other: whatever a later one shows was not yet there, or is seen, before. */
  private static KvResponse getAll(
      StateStore state, View view, KvRequest.GetAll all, StateStore.ReadMode mode) {
    var values = new ArrayList<KvResponse.Value>(all.keys().size());
    for (Key key : all.keys()) {
      KvResponse one = get(state, view, key, all.at(), mode);
      if (!(one instanceof KvResponse.Value value)) {
        return one;
      }
      values.add(value);
    }
    return new KvResponse.Values(values);
  }

  /** A lock that was on its way when the key was held may still become a version. */
  private static KvResponse held(
      StateStore state, View view, KvRequest.HoldKey hold, StateStore.ReadMode mode) {
    Lock lock = view.replica().locks().get(hold.key());
    return lock != null && !lock.txn().equals(hold.txn())
        ? new KvResponse.Blocked(hold.key())
        : value(state.newest(hold.key(), Timestamp.MAX, mode));
  }

  private static KvResponse value(StateStore.@Nullable Version version) {
    return version == null
        ? new KvResponse.Value(null, Timestamp.MIN)
        : new KvResponse.Value(version.value(), version.timestamp());
  }

  /** Afterwards: what was collected while it was read was announced before. */
  private static KvResponse unlessCollected(View view, Timestamp at, KvResponse answer) {
    Timestamp horizon = view.replica().view().horizon();
    return at.compareTo(horizon) >= 0
        ? answer
        : new KvResponse.Failed(
            ErrorCode.TIMESTAMP_TOO_OLD,
            "versions as of "
                + at
                + " may have been collected: "
                + view.descriptor().id()
                + " keeps them from "
                + horizon
                + " on");
  }

  private static KvResponse validate(
      StateStore state, View view, KvRequest.Validate validate, StateStore.ReadMode mode) {
    for (KeySpan span : validate.spans()) {
      // It may commit below the upper timestamp. Waiting for it could close a circle.
      if (view.replica().locks().inTheWay(span, validate.upTo(), validate.txn()) != null
          || changedSince(state, span, validate.after(), mode)) {
        return new KvResponse.Changed(span.start());
      }
    }
    return unlessCollected(view, validate.after(), new KvResponse.Valid());
  }

  private static boolean changedSince(
      StateStore state, KeySpan span, Timestamp after, StateStore.ReadMode mode) {
    if (span.isOneKey()) {
      StateStore.Version newest = state.newest(span.start(), Timestamp.MAX, mode);
      return newest != null && newest.timestamp().compareTo(after) > 0;
    }
    requireDisk(mode);
    return state.changedSince(span, after);
  }

  private static KvResponse outcome(
      StateStore state, KvRequest.AskOutcome ask, StateStore.ReadMode mode) {
    TxnRecord record = TxnRecords.read(state, ask, mode);
    return record == null
        ? new KvResponse.Status(KvResponse.TxnState.UNKNOWN, Timestamp.MIN, 0)
        : record.status();
  }

  private static void requireDisk(StateStore.ReadMode mode) {
    if (mode == StateStore.ReadMode.CACHE_ONLY) {
      throw StateStore.WouldBlock.INSTANCE;
    }
  }

  private static RangeReply page(StateStore state, View view, KvRequest.Scan scan) {
    RangeDescriptor descriptor = view.descriptor();
    KeySpan owned = descriptor.span();
    if (!owned.overlaps(scan.span()) || !beginsHere(owned, scan)) {
      return new RangeReply.NotOwner(descriptor);
    }
    KeySpan span =
        new KeySpan(
            Key.max(owned.start(), scan.span().start()), Key.min(owned.end(), scan.span().end()));
    Timestamp wanted = scan.at();
    Timestamp at = wanted == null ? view.replica().view().clock() : wanted;
    Lock lock = view.replica().locks().inTheWay(span, wanted == null ? Timestamp.MAX : at, null);
    while (wanted == null && lock == null && !at.equals(view.replica().view().clock())) {
      // Locks as of another moment than the clock: one that is gone may have left a version above.
      at = view.replica().view().clock();
      lock = view.replica().locks().inTheWay(span, Timestamp.MAX, null);
    }
    if (lock != null) {
      return new RangeReply.Done(new KvResponse.Blocked(lock.key()));
    }
    ScanPage filled = fill(state, view.programs(), scan, span, at);
    Key resume = filled.resume();
    // The next range may know newer versions: its first page is read at its own newest state.
    KvResponse page =
        resume == null
            ? new KvResponse.Page(filled.rows(), rest(owned, scan), scan.at(), filled.evaluated())
            : new KvResponse.Page(filled.rows(), resume, at, filled.evaluated());
    return new RangeReply.Done(wanted == null ? page : unlessCollected(view, at, page));
  }

  private static ScanPage fill(
      StateStore state, RowPrograms programs, KvRequest.Scan scan, KeySpan span, Timestamp at) {
    byte[] bytes = scan.program();
    RowProgram program = bytes == null ? null : programs.factory().read(bytes);
    if (program != null) {
      var page = new ScanPage(scan, program, programs);
      try (StateStore.Scan cursor = state.scan(span, at, scan.reverse())) {
        page.fill(cursor);
        return page;
      } catch (RowProgram.NotHere plainly) {
        // Whoever asks can carry the program out himself.
      }
    }
    var page = new ScanPage(scan, null, programs);
    try (StateStore.Scan cursor = state.scan(span, at, scan.reverse())) {
      page.fill(cursor);
    }
    return page;
  }

  private static boolean beginsHere(KeySpan owned, KvRequest.Scan scan) {
    return scan.reverse()
        ? owned.start().compareTo(scan.span().end()) < 0
            && scan.span().end().compareTo(owned.end()) <= 0
        : owned.contains(scan.span().start());
  }

  /** Where the next range's part of the span begins (ends, when reversed). */
  private static @Nullable Key rest(KeySpan owned, KvRequest.Scan scan) {
    if (scan.reverse()) {
      return scan.span().start().compareTo(owned.start()) < 0 ? owned.start() : null;
    }
    return owned.end().compareTo(scan.span().end()) < 0 ? owned.end() : null;
  }
}
