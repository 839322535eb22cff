package dev.troupe.range;

import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore.LogWrite;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.Ready;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A replica's log on disk as far as it is not just being written: reads it back for followers that
 * are behind, and shortens it. Owned by the replica; what blocks is done by disk threads.
 */
final class StoredLog {
  private final ReplicaKey key;
  private final ReplicaServices services;
  private final LocalReplica local;
  private final Logger log;
  private final LogRetention retention = new LogRetention();
  private boolean truncating;

  StoredLog(ReplicaKey key, ReplicaServices services, LocalReplica local, Logger log) {
    this.key = key;
    this.services = services;
    this.local = local;
    this.log = log;
  }

  void appended(List<LogEntry> entries) {
    retention.appended(entries);
    local.logBytes(retention.retainedBytes());
  }

  /**
   * Hands what a core wants persisted to the log; answers with a command once it is durable.
   *
   * @param durable what else is to be done then, on the writer's thread; null for nothing
   */
  void write(Ready ready, RangeMetrics metrics, @Nullable Runnable durable) {
    appended(ready.entries());
    long sequence = ready.persistSequence();
    var self = local.actor();
    Runnable persisted =
        durable == null
            ? () -> self.tell(new RangeReplica.Persisted(sequence))
            : () -> {
              durable.run();
              self.tell(new RangeReplica.Persisted(sequence));
            };
    services
        .log()
        .write(
            new LogWrite.Append(key, ready.hardState(), ready.entries(), ready.replacesSuffix()),
            metrics.timed(services.clock(), persisted));
  }

  /** A snapshot has taken the place of the log. */
  void reset() {
    retention.reset();
    local.logBytes(0);
  }

  /** Reads entries for a follower; answers with a command. */
  void load(Ready.LoadEntries load) {
    services.disk().execute(() -> local.actor().tell(read(load)));
  }

  private RangeReplica.Command read(Ready.LoadEntries load) {
    try {
      var prevTerm = services.log().term(key, load.from() - 1);
      List<LogEntry> entries = services.log().read(key, load.from(), load.to(), load.maxBytes());
      boolean missing =
          prevTerm.isEmpty() || entries.isEmpty() || entries.getFirst().index() != load.from();
      return missing
          ? new RangeReplica.EntriesMissing(load.peer())
          : new RangeReplica.EntriesLoaded(load.peer(), prevTerm.getAsLong(), entries);
    } catch (RuntimeException failure) {
      log.error("{} cannot read its log for {}", key, load.peer(), failure);
      return new RangeReplica.EntriesMissing(load.peer());
    }
  }

  /**
   * Begins to drop what is not needed any more.
   *
   * @param flushed index up to which the state is durable
   */
  void shorten(long flushed, long start) {
    long target = Math.min(flushed, retention.droppable(services.settings().logRetainedBytes()));
    if (truncating || target <= start) {
      return;
    }
    truncating = true;
    services
        .disk()
        .execute(
            () ->
                local
                    .actor()
                    .tell(new RangeReplica.TruncateLog(target, services.log().term(key, target))));
  }

  /** Drops it, now that the term at its end is known. */
  void truncate(RangeReplica.TruncateLog m, boolean allowed, RaftCore core) {
    truncating = false;
    if (!allowed || m.term().isEmpty()) {
      return;
    }
    LogPosition start = new LogPosition(m.index(), m.term().getAsLong());
    retention.dropped(start.index());
    local.logBytes(retention.retainedBytes());
    core.truncated(start);
    services.log().write(new LogWrite.TruncatePrefix(key, start), () -> {});
  }
}
