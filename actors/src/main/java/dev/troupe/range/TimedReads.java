package dev.troupe.range;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/**
 * Reads at any replica, leader or not, at timestamps that are closed there. They ask nobody and
 * wait for nothing. Any thread that may wait as long as the mode.
 */
public final class TimedReads {
  private final StateStore state;
  private final RowPrograms programs;

  public TimedReads(StateStore state, RowPrograms programs) {
    this.state = state;
    this.programs = programs;
  }

  /**
   * How a read ended.
   *
   * @param reply NotLeader when this replica cannot tell: a leader can
   * @param at when it was read; when it was not, what is closed here
   */
  public record Answer(RangeReply reply, Timestamp at) {}

  /**
   * Reads at an exact timestamp.
   *
   * @param read a Get or Scan with a timestamp
   * @throws StateStore.WouldBlock when {@code mode} forbids the disk and it is needed
   */
  public Answer read(LocalReplica replica, KvRequest.Read read, StateStore.ReadMode mode) {
    Timestamp at = timeOf(read);
    if (at == null) {
      throw new IllegalArgumentException("a read at no timestamp: " + read);
    }
    ClosedTimestamps closed = replica.closed();
    long begun = closed.begin();
    Timestamp highest = closed.highest();
    RangeDescriptor current = replica.view().descriptor();
    if (begun == ClosedTimestamps.REFUSED || current == null || at.compareTo(highest) > 0) {
      return elsewhere(highest);
    }
    RangeReply reply =
        RangeReads.evaluate(state, new RangeReads.View(current, replica, programs), read, mode);
    boolean locked =
        reply instanceof RangeReply.Done done && done.response() instanceof KvResponse.Blocked;
    // Locks that are given away with a part of the range go after its border has moved: who missed
    // one for that reason sees the border move.
    boolean same = closed.holds(begun) && replica.view().descriptor() == current;
    if (locked || !same) {
      return elsewhere(highest);
    }
    return new Answer(reply, at);
  }

  /**
   * Reads at the highest timestamp that can be read here now.
   *
   * @param read a Get or Scan; its own timestamp is ignored
   * @param notBelow an older answer is of no use
   * @throws StateStore.WouldBlock when {@code mode} forbids the disk and it is needed
   */
  public Answer readNewest(
      LocalReplica replica, KvRequest.Read read, Timestamp notBelow, StateStore.ReadMode mode) {
    Timestamp highest = replica.closed().highest();
    Timestamp at = below(replica.locks(), spanOf(read), highest);
    if (at.compareTo(notBelow) < 0 || at.equals(Timestamp.MIN)) {
      return elsewhere(highest);
    }
    Answer answer = read(replica, withTime(read, at), mode);
    boolean collected =
        answer.reply() instanceof RangeReply.Done done
            && done.response() instanceof KvResponse.Failed failed
            && failed.code() == ErrorCode.TIMESTAMP_TOO_OLD;
    return collected ? elsewhere(highest) : answer;
  }

  /** The highest timestamp up to another one at which no lock is in the way. */
  private static Timestamp below(LockTable locks, KeySpan span, Timestamp upTo) {
    Timestamp at = upTo;
    Lock lock = locks.inTheWay(span, at, null);
    while (lock != null && !lock.bound().equals(Timestamp.MIN)) {
      at = new Timestamp(lock.bound().value() - 1);
      lock = locks.inTheWay(span, at, null);
    }
    return at;
  }

  private static Answer elsewhere(Timestamp closed) {
    return new Answer(new RangeReply.NotLeader(null), closed);
  }

  /** The timestamp at which a read is to be done; null when it names none or is no Get or Scan. */
  public static @Nullable Timestamp timeOf(KvRequest.Read read) {
    return switch (read) {
      case KvRequest.Get get -> get.at();
      case KvRequest.GetAll all -> all.at();
      case KvRequest.Scan scan -> scan.at();
      case KvRequest.TxnQuestion question -> null;
    };
  }

  /** The same read at a timestamp. */
  public static KvRequest.Read withTime(KvRequest.Read read, Timestamp at) {
    return switch (read) {
      case KvRequest.Get get -> new KvRequest.Get(get.key(), at);
      case KvRequest.GetAll all -> new KvRequest.GetAll(all.keys(), at, null);
      case KvRequest.Scan s ->
          new KvRequest.Scan(
              s.span(),
              s.maxRows(),
              s.maxBytes(),
              s.reverse(),
              s.keysOnly(),
              at,
              null,
              s.program());
      case KvRequest.TxnQuestion question -> throw new IllegalArgumentException("not a plain read");
    };
  }

  private static KeySpan spanOf(KvRequest.Read read) {
    return switch (read) {
      case KvRequest.Scan scan -> scan.span();
      case KvRequest.GetAll all ->
          new KeySpan(Collections.min(all.keys()), Collections.max(all.keys()).next());
      default -> KeySpan.of(read.routingKey());
    };
  }
}
