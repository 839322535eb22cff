package dev.troupe.range;

import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;
import java.util.List;

/** Entries for the state machines of ranges that lie in one store, each in a batch of its own. */
final class AppliedEntries {
  private final StateStore store;

  AppliedEntries(StateStore store) {
    this.store = store;
  }

  /** Applies the next entry of a range, and makes it visible. */
  List<KvResponse> apply(RangeStateMachine machine, LogEntry.Kind kind, byte[] data) {
    LogEntry entry = new LogEntry(1, machine.applied().position().index() + 1, kind, data);
    try (StateStore.Batch batch = store.newBatch()) {
      List<KvResponse> answers = machine.apply(entry, RangeStateMachine.decode(entry), batch);
      batch.commit();
      machine.visible();
      return answers;
    }
  }

  /** Applies one write, at that time at the earliest. */
  KvResponse write(RangeStateMachine machine, long millis, KvRequest.Write write) {
    byte[] payload = CommandCodec.encode(Timestamp.of(millis, 0), List.of(write));
    return apply(machine, LogEntry.Kind.COMMAND, payload).getFirst();
  }

  void step(RangeStateMachine machine, MergeCommand step) {
    apply(machine, LogEntry.Kind.MERGE, step.encode());
  }
}
