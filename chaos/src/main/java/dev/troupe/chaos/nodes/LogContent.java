package dev.troupe.chaos.nodes;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore.LogWrite;
import dev.troupe.protocol.spi.RaftLogStore.StoredReplica;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The logs of a store's replicas as they are after some writes. */
final class LogContent {
  private static final Comparator<ReplicaKey> ORDER =
      Comparator.comparingLong((ReplicaKey key) -> key.range().value())
          .thenComparing(ReplicaKey::replica);

  private static final class Log {
    HardState hardState;
    LogPosition start;
    final TreeMap<Long, LogEntry> entries = new TreeMap<>();

    Log(HardState hardState, LogPosition start) {
      this.hardState = hardState;
      this.start = start;
    }

    LogPosition last() {
      if (entries.isEmpty()) {
        return start;
      }
      LogEntry last = entries.lastEntry().getValue();
      return new LogPosition(last.index(), last.term());
    }
  }

  private final Map<ReplicaKey, Log> logs = new TreeMap<>(ORDER);
  private final Map<Long, Long> tombstones = new TreeMap<>();

  LogContent copy() {
    var copy = new LogContent();
    logs.forEach(
        (key, log) -> {
          var same = new Log(log.hardState, log.start);
          same.entries.putAll(log.entries);
          copy.logs.put(key, same);
        });
    copy.tombstones.putAll(tombstones);
    return copy;
  }

  void carryOut(LogWrite write) {
    switch (write) {
      case LogWrite.Append append -> append(append);
      case LogWrite.TruncatePrefix truncate -> truncate(truncate);
      case LogWrite.Create create -> {
        requireAboveTombstone(create.replica());
        Log before =
            logs.putIfAbsent(create.replica(), new Log(create.hardState(), create.start()));
        Invariant.check(before == null, "replica %s exists already", create.replica());
      }
      case LogWrite.Destroy destroy -> {
        logs.remove(destroy.replica());
        tombstones.merge(destroy.replica().range().value(), destroy.nextReplicaId(), Math::max);
      }
    }
  }

  /** Replaces a log by an empty one that starts after a snapshot. */
  void install(ReplicaKey replica, HardState hardState, LogPosition applied) {
    requireAboveTombstone(replica);
    logs.put(replica, new Log(hardState, applied));
  }

  private void append(LogWrite.Append append) {
    Log log = require(append.replica());
    HardState hardState = append.hardState();
    if (hardState != null) {
      log.hardState = hardState;
    }
    if (append.entries().isEmpty()) {
      return;
    }
    long first = append.entries().getFirst().index();
    long next = log.last().index() + 1;
    Invariant.check(
        append.replacesSuffix() ? first <= next && first > log.start.index() : first == next,
        "replica %s appends at %d to a log of %s to %s (replaces suffix: %s)",
        append.replica(),
        first,
        log.start,
        log.last(),
        append.replacesSuffix());
    log.entries.tailMap(first, true).clear();
    long expected = first;
    for (LogEntry entry : append.entries()) {
      Invariant.check(entry.index() == expected++, "a gap before %s", entry);
      log.entries.put(entry.index(), entry);
    }
  }

  private void truncate(LogWrite.TruncatePrefix truncate) {
    Log log = logs.get(truncate.replica());
    if (log != null && truncate.newStart().index() > log.start.index()) {
      log.start = truncate.newStart();
      log.entries.headMap(truncate.newStart().index(), true).clear();
    }
  }

  private void requireAboveTombstone(ReplicaKey replica) {
    long lowest = tombstones.getOrDefault(replica.range().value(), 0L);
    Invariant.check(
        replica.replica().value() >= lowest, "%s is below tombstone %d", replica, lowest);
  }

  private Log require(ReplicaKey replica) {
    Log log = logs.get(replica);
    Invariant.check(log != null, "replica %s is not known to this store", replica);
    return java.util.Objects.requireNonNull(log);
  }

  List<StoredReplica> replicas() {
    var stored = new ArrayList<StoredReplica>();
    logs.forEach(
        (key, log) -> stored.add(new StoredReplica(key, log.hardState, log.start, log.last())));
    return stored;
  }

  OptionalLong tombstone(RangeId range) {
    Long next = tombstones.get(range.value());
    return next == null ? OptionalLong.empty() : OptionalLong.of(next);
  }

  List<LogEntry> read(ReplicaKey replica, long from, long to, long maxBytes) {
    Log log = logs.get(replica);
    var found = new ArrayList<LogEntry>();
    if (log == null || from >= to || from <= log.start.index()) {
      return found;
    }
    long bytes = 0;
    for (LogEntry entry : log.entries.subMap(from, to).values()) {
      if (bytes >= maxBytes && !found.isEmpty()) {
        break;
      }
      found.add(entry);
      bytes += entry.sizeBytes();
    }
    return found;
  }

  OptionalLong term(ReplicaKey replica, long index) {
    Log log = logs.get(replica);
    if (log == null) {
      return OptionalLong.empty();
    }
    if (index == log.start.index()) {
      return OptionalLong.of(log.start.term());
    }
    @Nullable LogEntry entry = log.entries.get(index);
    return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.term());
  }
}
