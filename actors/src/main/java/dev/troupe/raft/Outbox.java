package dev.troupe.raft;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.ReplicaId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What waits to leave the core. Messages that claim something durable (a term, a vote, entries) are
 * held back until the write that covers the claim is on disk. Messages of an older term are dropped
 * when the term moves on: they claim nothing that anybody needs.
 */
final class Outbox {
  /** Held messages beyond this lose the oldest, as a network might: peers ask again. */
  static final int HELD_MAX = 1024;

  private record Held(long sequence, RaftMessage message) {}

  private final WriteLedger ledger;
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private List<RaftMessage> messages = new ArrayList<>();
  private List<Ready.ReadReleased> reads = new ArrayList<>();
  private List<Ready.LoadEntries> loads = new ArrayList<>();
  private List<Ready.SendSnapshot> snapshots = new ArrayList<>();

  Outbox(WriteLedger ledger) {
    this.ledger = ledger;
  }

  /** A message that claims nothing but a term that has been durable for long. */
  void send(RaftMessage message) {
    Invariant.check(ledger.hardStateDurable(), "term of %s is not durable", message);
    messages.add(message);
  }

  /** A pre-vote message: binds nobody and claims nothing. */
  void sendUnclaimed(RaftMessage message) {
    messages.add(message);
  }

  /** A message that claims the present term and vote. */
  void sendWithHardState(RaftMessage message) {
    hold(ledger.coversHardState(), message);
  }

  /** A message that claims the present log. */
  void sendWithLog(RaftMessage message) {
    hold(ledger.coversAll(), message);
  }

  private void hold(long sequence, RaftMessage message) {
    if (sequence <= ledger.persisted()) {
      messages.add(message);
      return;
    }
    RaftMessage out = message;
    if (!held.isEmpty() && held.getLast().sequence() == sequence) {
      RaftMessage merged = merge(held.getLast().message(), message);
      if (merged != null) {
        held.removeLast();
        out = merged;
      }
    }
    if (held.size() == HELD_MAX) {
      held.removeFirst();
    }
    held.addLast(new Held(sequence, out));
  }

  /** Two acknowledgements that wait for the same write say no more than their maximum. */
  private static @org.jspecify.annotations.Nullable RaftMessage merge(
      RaftMessage earlier, RaftMessage later) {
    if (earlier instanceof RaftMessage.AppendResponse a
        && later instanceof RaftMessage.AppendResponse b
        && a.accepted()
        && b.accepted()
        && a.to().equals(b.to())) {
      return new RaftMessage.AppendResponse(
          a.from(),
          a.to(),
          b.term(),
          Math.max(a.matched(), b.matched()),
          0,
          b.hint(),
          Math.max(a.context(), b.context()));
    }
    return null;
  }

  void release(long persisted) {
    Iterator<Held> each = held.iterator();
    while (each.hasNext()) {
      Held next = each.next();
      if (next.sequence() <= persisted) {
        messages.add(next.message());
        each.remove();
      }
    }
  }

  void dropHeld() {
    held.clear();
  }

  void readReleased(long id, long index) {
    reads.add(new Ready.ReadReleased(id, index));
  }

  void load(ReplicaId peer, long from, long to, long maxBytes) {
    loads.add(new Ready.LoadEntries(peer, from, to, maxBytes));
  }

  void sendSnapshot(ReplicaId peer) {
    snapshots.add(new Ready.SendSnapshot(peer));
  }

  boolean isEmpty() {
    return messages.isEmpty() && reads.isEmpty() && loads.isEmpty() && snapshots.isEmpty();
  }

  List<RaftMessage> takeMessages() {
    if (messages.isEmpty()) {
      return List.of();
    }
    List<RaftMessage> out = messages;
    messages = new ArrayList<>();
    return out;
  }

  List<Ready.ReadReleased> takeReads() {
    if (reads.isEmpty()) {
      return List.of();
    }
    List<Ready.ReadReleased> out = reads;
    reads = new ArrayList<>();
    return out;
  }

  List<Ready.LoadEntries> takeLoads() {
    if (loads.isEmpty()) {
      return List.of();
    }
    List<Ready.LoadEntries> out = loads;
    loads = new ArrayList<>();
    return out;
  }

  List<Ready.SendSnapshot> takeSnapshots() {
    if (snapshots.isEmpty()) {
      return List.of();
    }
    List<Ready.SendSnapshot> out = snapshots;
    snapshots = new ArrayList<>();
    return out;
  }
}
