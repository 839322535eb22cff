package dev.troupe.range;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Raft logs in maps, durable at once. */
final class MemoryLogStore implements RaftLogStore {
  private static final class Log {
    HardState hardState;
    LogPosition start;
    final List<LogEntry> entries = new ArrayList<>();

    Log(HardState hardState, LogPosition start) {
      this.hardState = hardState;
      this.start = start;
    }

    LogPosition last() {
      return entries.isEmpty()
          ? start
          : new LogPosition(entries.getLast().index(), entries.getLast().term());
    }
  }

  private final Map<ReplicaKey, Log> logs = new HashMap<>();
  private final Map<RangeId, Long> tombstones = new HashMap<>();

  @Override
  public synchronized List<StoredReplica> replicas() {
    var all = new ArrayList<StoredReplica>();
    logs.forEach(
        (key, log) -> all.add(new StoredReplica(key, log.hardState, log.start, log.last())));
    return all;
  }

  @Override
  public synchronized OptionalLong tombstone(RangeId range) {
    Long next = tombstones.get(range);
    return next == null ? OptionalLong.empty() : OptionalLong.of(next);
  }

  @Override
  public synchronized void write(LogWrite write, Runnable durable) {
    switch (write) {
      case LogWrite.Append append -> {
        Log log = logs.get(append.replica());
        log.entries.addAll(append.entries());
        if (append.hardState() != null) {
          log.hardState = append.hardState();
        }
      }
      case LogWrite.TruncatePrefix cut -> {
        Log log = logs.get(cut.replica());
        log.entries.removeIf(entry -> entry.index() <= cut.newStart().index());
        log.start = cut.newStart();
      }
      case LogWrite.Create create -> {
        if (logs.put(create.replica(), new Log(create.hardState(), create.start())) != null) {
          throw new IllegalStateException(create.replica() + " exists already");
        }
      }
      case LogWrite.Destroy destroy -> {
        logs.remove(destroy.replica());
        tombstones.put(destroy.replica().range(), destroy.nextReplicaId());
      }
    }
    durable.run();
  }

  @Override
  public long pendingBytes() {
    return 0;
  }

  @Override
  public synchronized List<LogEntry> read(ReplicaKey replica, long from, long to, long maxBytes) {
    return logs.get(replica).entries.stream()
        .filter(entry -> entry.index() >= from && entry.index() < to)
        .toList();
  }

  @Override
  public synchronized OptionalLong term(ReplicaKey replica, long index) {
    Log log = logs.get(replica);
    return log == null || log.last().index() != index
        ? OptionalLong.empty()
        : OptionalLong.of(log.last().term());
  }
}
