package dev.troupe.gc;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TimestampSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps versions from being collected, for as long as a backup or a long read needs them. Any
 * thread; never blocks.
 *
 * <p>A protection is effective from the moment that it is acknowledged. Whoever raises a horizon
 * draws a timestamp, the basis of the raise, and looks at the protections afterwards. {@link
 * #protect} stores its record, draws a timestamp too, and tells it to every range of the span
 * through its log. A raise that comes later in the log with a lower basis is void; one with a
 * higher basis began to look after the record was there; and of a raise that comes earlier in the
 * log the answer to the message shows whether it went too far.
 */
public final class ProtectedTimestamps {
  private static final byte[] FIRST = {};
  private static final int PAGE_ROWS = 1_000;
  private static final int PAGE_BYTES = 1 << 20;

  /** How an attempt ended. */
  public sealed interface Result {
    /** It is so, on all nodes. */
    record Done() implements Result {}

    /** TIMESTAMP_TOO_OLD: something was collected already. */
    record Failed(ErrorCode code, String message) implements Result {}
  }

  private static final Result DONE = new Result.Done();

  private final KvClient kv;
  private final TimestampSource timestamps;

  public ProtectedTimestamps(KvClient kv, TimestampSource timestamps) {
    this.kv = kv;
    this.timestamps = timestamps;
  }

  /**
   * Protects a span. When it fails nothing new is protected, except when the outcome is AMBIGUOUS:
   * then the same protection may be asked for again, or released.
   *
   * @param wish under a name that no other protection has
   */
  public void protect(Protection wish, long deadlineNanos, Consumer<Result> reply) {
    byte[] record = wish.encode();
    kv.send(
        new KvRequest.CompareAndSet(wish.key(), null, record),
        deadlineNanos,
        response -> {
          switch (response) {
            case KvResponse.Compared compared
                when compared.swapped() || Arrays.equals(compared.current(), record) ->
                fence(wish, deadlineNanos, reply);
            case KvResponse.Compared taken ->
                reply.accept(
                    failed(
                        ErrorCode.INVALID_ARGUMENT,
                        "something else is protected under the name " + wish.name()));
            default -> reply.accept(unexpected(response));
          }
        });
  }

  private void fence(Protection wish, long deadlineNanos, Consumer<Result> reply) {
    timestamps.draw(
        1,
        deadlineNanos,
        drawn -> {
          switch (drawn) {
            case TimestampSource.Drawn.Granted granted ->
                fence(wish, granted.first(), wish.span().start(), deadlineNanos, reply);
            case TimestampSource.Drawn.Failed failure ->
                undo(wish, deadlineNanos, failed(failure.code(), failure.message()), reply);
          }
        });
  }

  /** Goes on with the range that holds the key. */
  private void fence(
      Protection wish, Timestamp basis, Key from, long deadlineNanos, Consumer<Result> reply) {
    kv.send(
        new KvRequest.RaiseHorizon(from, FIRST, Timestamp.MIN, basis, 1),
        deadlineNanos,
        response -> {
          if (!(response instanceof KvResponse.Horizon horizon)) {
            undo(wish, deadlineNanos, unexpected(response), reply);
          } else if (horizon.at().compareTo(wish.at()) > 0) {
            undo(wish, deadlineNanos, tooOld(wish, horizon.at()), reply);
          } else if (horizon.rangeEnd().compareTo(wish.span().end()) < 0) {
            fence(wish, basis, horizon.rangeEnd(), deadlineNanos, reply);
          } else {
            reply.accept(DONE);
          }
        });
  }

  private void undo(Protection wish, long deadlineNanos, Result why, Consumer<Result> reply) {
    release(
        wish.name(),
        deadlineNanos,
        released ->
            reply.accept(
                released instanceof Result.Done
                    ? why
                    : failed(
                        ErrorCode.AMBIGUOUS,
                        "the protection may or may not hold back collection, and was not"
                            + " confirmed: "
                            + why)));
  }

  /** Ends a protection; harmless when there is none. */
  public void release(String name, long deadlineNanos, Consumer<Result> reply) {
    kv.send(
        new KvRequest.Delete(Keyspace.protection(name)),
        deadlineNanos,
        response ->
            reply.accept(response instanceof KvResponse.Written ? DONE : unexpected(response)));
  }

  /**
   * Everything that is protected.
   *
   * @param reply gets null when that could not be found out
   */
  public void list(long deadlineNanos, Consumer<@Nullable List<Protection>> reply) {
    page(Keyspace.PROTECTED, new ArrayList<>(), deadlineNanos, reply);
  }

  private void page(
      KeySpan rest,
      List<Protection> found,
      long deadlineNanos,
      Consumer<@Nullable List<Protection>> reply) {
    kv.send(
        new KvRequest.Scan(rest, PAGE_ROWS, PAGE_BYTES, false, false, null),
        deadlineNanos,
        response -> {
          if (!(response instanceof KvResponse.Page page) || !addAll(page.rows(), found)) {
            reply.accept(null);
          } else if (page.resume() == null) {
            reply.accept(List.copyOf(found));
          } else {
            page(new KeySpan(page.resume(), rest.end()), found, deadlineNanos, reply);
          }
        });
  }

  /** False when a record cannot be read: then it is not known what is protected. */
  private static boolean addAll(List<KvResponse.Row> rows, List<Protection> found) {
    try {
      for (KvResponse.Row row : rows) {
        found.add(Protection.decode(row.key(), row.value()));
      }
      return true;
    } catch (ByteReader.MalformedBytes fromANewerNode) {
      return false;
    }
  }

  private static Result tooOld(Protection wish, Timestamp horizon) {
    return failed(
        ErrorCode.TIMESTAMP_TOO_OLD,
        "versions as of "
            + wish.at()
            + " may have been collected: a range keeps them from "
            + horizon
            + " on");
  }

  private static Result unexpected(KvResponse response) {
    return response instanceof KvResponse.Failed failure
        ? failed(failure.code(), failure.message())
        : failed(ErrorCode.INTERNAL, "unexpected answer " + response.getClass().getSimpleName());
  }

  private static Result failed(ErrorCode code, String message) {
    return new Result.Failed(code, message);
  }
}
