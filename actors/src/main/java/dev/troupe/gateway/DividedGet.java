package dev.troupe.gateway;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys as of one timestamp from all the ranges that hold them, side by side: one request for
 * each range. Borders that turn out to lie elsewhere are learned, and what is missing is asked for
 * again. Any thread.
 */
final class DividedGet {
  /** Borders are looked at anew so often; then they change faster than they can be learned. */
  private static final int ROUNDS_MAX = 16;

  /** The way to ranges. */
  interface Way {
    /** The range believed to hold a key; null when it has to be looked up. */
    @Nullable RangeDescriptor known(Key key);

    /** Looks it up; the reply gets null when that could not be found out in time. */
    void whereIs(Key key, long deadlineNanos, Consumer<@Nullable RangeDescriptor> found);

    /** Asks the range that holds the first key. */
    void sendToOne(KvRequest request, long deadlineNanos, Consumer<KvResponse> answer);
  }

  private final Way way;
  private final KvRequest.GetAll request;
  private final long deadline;
  private final Consumer<KvResponse> reply;
  private final AtomicReferenceArray<KvResponse.@Nullable Value> values;
  private int rounds;

  DividedGet(Way way, KvRequest.GetAll request, long deadline, Consumer<KvResponse> reply) {
    this.way = way;
    this.request = request;
    this.deadline = deadline;
    this.reply = reply;
    this.values = new AtomicReferenceArray<>(request.keys().size());
  }

  void start() {
    if (++rounds > ROUNDS_MAX) {
      fail(ErrorCode.RANGE_UNAVAILABLE, "the borders of ranges change too fast; try again");
      return;
    }
    divide(0, new LinkedHashMap<>());
  }

  /** Goes on at a key when it is known where those before it are. */
  private void divide(int from, Map<RangeId, List<Integer>> parts) {
    for (int i = from; i < values.length(); i++) {
      if (values.get(i) != null) {
        continue;
      }
      Key key = request.keys().get(i);
      RangeDescriptor range = way.known(key);
      if (range == null) {
        int here = i;
        way.whereIs(
            key,
            deadline,
            found -> {
              if (found == null) {
                fail(
                    ErrorCode.RANGE_UNAVAILABLE,
                    "the range of " + key + " could not be found before the deadline");
              } else {
                divide(here, parts);
              }
            });
        return;
      }
      parts.computeIfAbsent(range.id(), id -> new ArrayList<>()).add(i);
    }
    send(parts);
  }

  private void send(Map<RangeId, List<Integer>> parts) {
    var round = new Round(parts.size());
    for (List<Integer> indexes : parts.values()) {
      var keys = new ArrayList<Key>(indexes.size());
      indexes.forEach(index -> keys.add(request.keys().get(index)));
      var part = new KvRequest.GetAll(keys, request.at(), request.reader());
      way.sendToOne(part, deadline, answer -> round.answered(indexes, answer));
    }
  }

  /** Requests that are under way together. */
  private final class Round {
    private final AtomicInteger left;
    private volatile KvResponse.@Nullable Failed failure;

    Round(int parts) {
      left = new AtomicInteger(parts);
    }

    void answered(List<Integer> indexes, KvResponse answer) {
      switch (answer) {
        case KvResponse.Values found -> {
          for (int i = 0; i < indexes.size(); i++) {
            values.set(indexes.get(i), found.values().get(i));
          }
        }
        // Asked again: where the border is has been learned.
        case KvResponse.Failed failed when failed.code() == ErrorCode.CROSS_RANGE_BATCH -> {}
        case KvResponse.Failed failed -> failure = failed;
        default ->
            failure = new KvResponse.Failed(ErrorCode.INTERNAL, "a read was answered by " + answer);
      }
      if (left.decrementAndGet() == 0) {
        ended();
      }
    }

    private void ended() {
      KvResponse.Failed why = failure;
      if (why != null) {
        reply.accept(why);
        return;
      }
      var all = new KvResponse.Value[values.length()];
      for (int i = 0; i < all.length; i++) {
        KvResponse.Value value = values.get(i);
        if (value == null) {
          start();
          return;
        }
        all[i] = value;
      }
      reply.accept(new KvResponse.Values(Arrays.asList(all)));
    }
  }

  private void fail(ErrorCode code, String message) {
    reply.accept(new KvResponse.Failed(code, message));
  }
}
