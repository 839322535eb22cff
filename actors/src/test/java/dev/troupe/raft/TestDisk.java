package dev.troupe.raft;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A replica's disk: a log whose writes wait until they are synced, and a state machine that is
 * flushed now and then. A crash loses what was neither synced nor flushed.
 */
final class TestDisk {
  /** What the state machine holds after some entry: all commands up to there. */
  record State(LogPosition at, Membership membership, List<String> values) {
    State with(LogEntry entry) {
      LogPosition next = new LogPosition(entry.index(), entry.term());
      return switch (entry.kind()) {
        case NOOP, SPLIT, MERGE -> new State(next, membership, values);
        case MEMBERSHIP ->
            new State(
                next,
                dev.troupe.protocol.codec.DescriptorCodec.decodeMembership(entry.data()),
                values);
        case COMMAND -> {
          var more = new ArrayList<>(values);
          more.add(new String(entry.data(), java.nio.charset.StandardCharsets.UTF_8));
          yield new State(next, membership, List.copyOf(more));
        }
      };
    }
  }

  record Write(
      long sequence,
      @org.jspecify.annotations.Nullable HardState hardState,
      List<LogEntry> entries,
      boolean replaces) {}

  HardState hardState;
  LogPosition start;
  final TreeMap<Long, LogEntry> log = new TreeMap<>();
  final ArrayDeque<Write> pending = new ArrayDeque<>();
  State applied;
  State flushed;
  boolean used;

  TestDisk(LogPosition start, Membership membership) {
    this.hardState = new HardState(start.term(), null, start.index());
    this.start = start;
    applied = new State(start, membership, List.of());
    flushed = applied;
  }

  /** Completes the oldest write. */
  Write sync() {
    Write write = pending.removeFirst();
    if (write.hardState() != null) {
      check(write.hardState().term() >= hardState.term(), "stored term goes back");
      hardState = write.hardState();
    }
    if (!write.entries().isEmpty()) {
      long from = write.entries().getFirst().index();
      long last = log.isEmpty() ? start.index() : log.lastKey();
      check(from <= last + 1, "store got a gap before " + from + ", it ends at " + last);
      check(write.replaces() || from > last, "store was not told that " + from + " replaces");
      if (write.replaces()) {
        log.tailMap(from, true).clear();
      }
      write.entries().forEach(e -> log.put(e.index(), e));
    }
    return write;
  }

  void flush() {
    flushed = applied;
  }

  void compact(long index) {
    LogEntry entry = log.get(index);
    if (entry != null && index <= flushed.at().index()) {
      start = new LogPosition(index, entry.term());
      log.headMap(index, true).clear();
    }
  }

  void install(State snapshot) {
    pending.clear();
    log.clear();
    start = snapshot.at();
    applied = snapshot;
    flushed = snapshot;
  }

  void crash() {
    pending.clear();
    applied = flushed;
  }

  RaftBootState boot() {
    var tail = List.copyOf(log.tailMap(flushed.at().index(), false).values());
    boolean restarted = used;
    used = true;
    return new RaftBootState(hardState, start, flushed.at(), flushed.membership(), tail, restarted);
  }

  static void check(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }
}
