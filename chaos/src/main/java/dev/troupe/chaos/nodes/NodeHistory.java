package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Operation;
import java.util.ArrayList;
import java.util.List;

/** Everything that the clients of a run did to single keys. */
final class NodeHistory {
  private final List<Operation> operations = new ArrayList<>();
  private long lastId;
  private long lastReadInvoked = -1;
  private long lastWriteInvoked = -1;

  /** Names a call, and what it writes. */
  long nextId() {
    return ++lastId;
  }

  void add(Operation operation) {
    operations.add(operation);
  }

  List<Operation> operations() {
    return operations;
  }

  /** An operation has succeeded, and its client knows. */
  void succeeded(Operation operation) {
    if (operation.kind() == Operation.Kind.READ) {
      lastReadInvoked = Math.max(lastReadInvoked, operation.invokedAt());
    } else {
      lastWriteInvoked = Math.max(lastWriteInvoked, operation.invokedAt());
    }
  }

  /** Whether a read and a write have succeeded that were both asked after a moment. */
  boolean progressSince(long moment) {
    return lastReadInvoked >= moment && lastWriteInvoked >= moment;
  }
}
