package dev.troupe.range;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Evaluates reads against the state of one range. Any thread that may wait as long as the mode. */
public final class RangeReads {
  private static final byte[] NO_VALUE = {};

  private RangeReads() {}

  /**
   * Evaluates a read.
   *
   * @param clock the range's newest visible version when the read was granted
   * @throws StateStore.WouldBlock when {@code mode} forbids the disk and it is needed
   */
  public static RangeReply evaluate(
      StateStore state,
      RangeDescriptor descriptor,
      Timestamp clock,
      KvRequest.Read read,
      StateStore.ReadMode mode) {
    return switch (read) {
      case KvRequest.Get get -> {
        if (!descriptor.span().contains(get.key())) {
          yield new RangeReply.NotOwner(descriptor);
        }
        StateStore.Version version = state.newest(get.key(), Timestamp.MAX, mode);
        yield new RangeReply.Done(
            version == null
                ? new KvResponse.Value(null, Timestamp.MIN)
                : new KvResponse.Value(version.value(), version.timestamp()));
      }
      case KvRequest.Scan scan -> page(state, descriptor, clock, scan);
    };
  }

  private static RangeReply page(
      StateStore state, RangeDescriptor descriptor, Timestamp clock, KvRequest.Scan scan) {
    KeySpan owned = descriptor.span();
    if (!owned.overlaps(scan.span()) || !beginsHere(owned, scan)) {
      return new RangeReply.NotOwner(descriptor);
    }
    if (scan.at() != null && scan.at().compareTo(clock) > 0) {
      return new RangeReply.Done(
          new KvResponse.Failed(
              ErrorCode.INVALID_ARGUMENT,
              "timestamp " + scan.at() + " lies in the future of " + descriptor.id()));
    }
    Timestamp at = scan.at() == null ? clock : scan.at();
    KeySpan span =
        new KeySpan(
            Key.max(owned.start(), scan.span().start()), Key.min(owned.end(), scan.span().end()));
    var rows = new ArrayList<KvResponse.Row>();
    @Nullable Key resume = null;
    try (StateStore.Scan cursor = state.scan(span, at, scan.reverse())) {
      long bytes = 0;
      while (resume == null && cursor.next()) {
        if (rows.size() == scan.maxRows() || (bytes >= scan.maxBytes() && !rows.isEmpty())) {
          // A reversed scan goes on below its exclusive end: just above the key not taken.
          resume = scan.reverse() ? cursor.key().next() : cursor.key();
        } else {
          byte[] value = scan.keysOnly() ? NO_VALUE : cursor.value();
          rows.add(new KvResponse.Row(cursor.key(), value, cursor.timestamp()));
          bytes += cursor.key().length() + value.length;
        }
      }
    }
    // The next range may know newer versions: its first page is read at its own newest state.
    return new RangeReply.Done(
        resume == null
            ? new KvResponse.Page(rows, rest(owned, scan), scan.at())
            : new KvResponse.Page(rows, resume, at));
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
