package dev.troupe.range;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for locked keys at a leader, first come first served but for those who have lost
 * before, and who holds keys in its memory without having written anything yet. What is held is a
 * courtesy that keeps others from running into each other, and no commit relies on it. It goes with
 * the leader: a new one hears it from the holders, and until then nobody gets a key.
 *
 * <p>Owned by the replica.
 */
final class LockQueue {
  /** Beyond so many waiting requests new ones are refused. */
  static final int WAITING_MAX = 16_384;

  /** Who waits for so long wants to know whether the holder is alive, and of deadlocks. */
  static final long PATIENCE_NANOS = 100_000_000L;

  /** Locks that nobody waits for are looked at when they are so old. */
  static final long OLD_NANOS = 2_000_000_000L;

  /** So many waiters of a key are reported at a time; the others have their turn next. */
  static final int WAITERS_REPORTED_MAX = 64;

  private static final int LOCKS_SWEPT_MAX = 1_000;

  /** So many may pass one that waits: then it is as good as any of them. */
  static final int PASSED_MAX = 16;

  private static final class Waiting {
    final RangeReplica.Kv kv;
    final long sinceNanos;
    private final int losses;
    private int passed;

    Waiting(RangeReplica.Kv kv, long sinceNanos) {
      this.kv = kv;
      this.sinceNanos = sinceNanos;
      this.losses = kv.request() instanceof KvRequest.HoldKey hold ? hold.losses() : 0;
    }

    boolean letsPass(Waiting newcomer) {
      return losses < newcomer.losses && passed < PASSED_MAX;
    }

    RangeReplica.Kv kv() {
      return kv;
    }

    boolean waitsLong(long now) {
      return now - sinceNanos >= PATIENCE_NANOS;
    }
  }

  private record Held(TxnId txn, NodeId coordinator) {}

  private final TxnWatch watch;
  private final BiConsumer<TxnId, Key> abandoned;
  private final Map<Key, ArrayDeque<Waiting>> queues = new LinkedHashMap<>();
  private final TreeMap<Key, Held> held = new TreeMap<>();
  private final Map<TxnId, Long> seen = new HashMap<>();
  private LockTable locks = new LockTable();
  private long releasesSeen;
  private boolean released;
  private LongConsumer waited = since -> {};
  private boolean draining;
  // Keys may be held by whom is not known here yet.
  private boolean seeking;
  private int waiting;
  private int ticks;
  private long sweptNanos;

  /**
   * Starts without locks.
   *
   * @param abandoned told, on any thread, which held key belongs to nobody any more
   */
  LockQueue(TxnWatch watch, BiConsumer<TxnId, Key> abandoned) {
    this.watch = watch;
    this.abandoned = abandoned;
  }

  /** The range's locks from now on. */
  void on(LockTable table) {
    locks = table;
    released = true;
  }

  /** Names who is told, of each request that goes on, since when it has waited. */
  void onGoingOn(LongConsumer told) {
    waited = told;
  }

  /** Whether nobody waits here. */
  boolean isEmpty() {
    return waiting == 0;
  }

  /** Whether time changes nothing here: nobody waits, and no lock could stand for too long. */
  boolean isAtRest() {
    return waiting == 0 && !seeking && locks.isEmpty();
  }

  /** The range owns this span and nothing else any more. */
  void keep(KeySpan span) {
    if (!held.isEmpty()) {
      held.headMap(span.start()).clear();
      held.tailMap(span.end()).clear();
    }
  }

  /** The key that a request has to wait for; null when it may go on. */
  @Nullable Key obstacle(KvRequest request) {
    if (locks.isEmpty() && held.isEmpty() && (draining || waiting == 0) && !seeking) {
      return null;
    }
    return switch (request) {
      case KvRequest.Put put -> ofKey(put.key(), null);
      case KvRequest.Delete delete -> ofKey(delete.key(), null);
      case KvRequest.CompareAndSet compare -> ofKey(compare.key(), null);
      case KvRequest.DeleteRange range -> ofWrittenSpan(range.span());
      case KvRequest.Batch batch -> {
        for (KvRequest.Write write : batch.writes()) {
          Key key = obstacle(write);
          if (key != null) {
            yield key;
          }
        }
        yield null;
      }
      case KvRequest.CommitOnePhase s -> ofTransaction(s.txn(), s.reads(), s.changes());
      case KvRequest.Prepare s -> ofTransaction(s.txn(), s.reads(), s.changes());
      case KvRequest.HoldKey hold -> ofKey(hold.key(), hold.txn());
      case KvRequest.Decide s -> null;
      case KvRequest.Abort s -> null;
      case KvRequest.Resolve s -> null;
      case KvRequest.Finish s -> null;
      case KvRequest.RaiseHorizon raise -> null;
      // Reads meet locks when they are evaluated.
      case KvRequest.Read read -> null;
    };
  }

  private @Nullable Key ofKey(Key key, @Nullable TxnId own) {
    Lock lock = locks.get(key);
    if (lock != null) {
      // Who has the lock and asks again must not stand behind those who wait for it.
      return lock.txn().equals(own) ? null : key;
    }
    Held holder = held.get(key);
    if (holder != null) {
      return holder.txn().equals(own) ? null : key;
    }
    if (seeking) {
      return key;
    }
    return !draining && queues.containsKey(key) ? key : null;
  }

  private @Nullable Key ofWrittenSpan(KeySpan span) {
    Lock lock = locks.inTheWay(span, Timestamp.MAX, null);
    if (lock != null) {
      return lock.key();
    }
    if (seeking) {
      return span.start();
    }
    var inside = held.subMap(span.start(), span.end());
    return inside.isEmpty() ? null : inside.firstKey();
  }

  private @Nullable Key ofTransaction(
      TxnId txn, List<KeySpan> reads, List<KvRequest.Change> changes) {
    for (KvRequest.Change change : changes) {
      Key key = ofKey(change.key(), txn);
      if (key != null) {
        return key;
      }
    }
    for (KeySpan span : reads) {
      Lock lock = locks.inTheWay(span, Timestamp.MAX, txn);
      if (lock != null) {
        return lock.key();
      }
    }
    return null;
  }

  /**
   * Queues a request for the key, behind all others but those who have lost less often; false when
   * there are too many.
   */
  boolean add(Key key, RangeReplica.Kv kv, long now) {
    if (waiting >= WAITING_MAX) {
      return false;
    }
    insert(queues.computeIfAbsent(key, k -> new ArrayDeque<>()), new Waiting(kv, now));
    waiting++;
    return true;
  }

  private static void insert(ArrayDeque<Waiting> queue, Waiting newcomer) {
    var behind = new ArrayDeque<Waiting>(0);
    for (Waiting last = queue.peekLast();
        last != null && last.letsPass(newcomer);
        last = queue.peekLast()) {
      queue.removeLast();
      last.passed++;
      behind.addFirst(last);
    }
    queue.addLast(newcomer);
    queue.addAll(behind);
  }

  /** Holds a key of which {@link #obstacle} found that it is free. */
  void hold(KvRequest.HoldKey wish) {
    held.put(wish.key(), new Held(wish.txn(), wish.coordinator()));
  }

  /** Gives keys to nobody until {@link #inherit}: this replica leads, and others led before. */
  void seek() {
    seeking = true;
  }

  boolean seeks() {
    return seeking;
  }

  /**
   * Holds again what was held at the leaders before; who has waited for that may go on.
   *
   * @param more whether somebody else is still to be asked
   */
  void inherit(List<TxnWatch.Holder> holders, boolean more) {
    for (TxnWatch.Holder holder : holders) {
      for (Key key : holder.keys()) {
        held.putIfAbsent(key, new Held(holder.txn(), holder.coordinator()));
      }
    }
    seeking = more;
    released = true;
  }

  /** Lets go of keys, and of whatever the transaction waits for here. */
  void letGo(TxnId txn, List<Key> keys) {
    for (Key key : keys) {
      Held holder = held.get(key);
      if (holder != null && holder.txn().equals(txn)) {
        held.remove(key);
        released = true;
      }
    }
    if (waiting > 0) {
      withdraw(txn);
    }
  }

  private void withdraw(TxnId txn) {
    var withdrawn = new ArrayList<Waiting>();
    for (ArrayDeque<Waiting> queue : queues.values()) {
      queue.removeIf(
          waiter -> {
            boolean own = txn.equals(txnOf(waiter.kv().request()));
            if (own) {
              withdrawn.add(waiter);
            }
            return own;
          });
    }
    queues.values().removeIf(ArrayDeque::isEmpty);
    waiting -= withdrawn.size();
    released |= !withdrawn.isEmpty();
    withdrawn.forEach(
        waiter -> answer(waiter, ErrorCode.TXN_ENDED, "transaction " + txn + " has ended"));
  }

  /** Hands out the requests whose obstacle is gone, in their order. */
  void drain(Consumer<RangeReplica.Kv> accept) {
    if (!released && locks.releases() == releasesSeen) {
      return;
    }
    released = false;
    releasesSeen = locks.releases();
    if (waiting == 0) {
      return;
    }
    draining = true;
    try {
      for (Key key : List.copyOf(queues.keySet())) {
        drain(key, accept);
      }
    } finally {
      draining = false;
    }
  }

  /**
   * Lets all go on that have no reason to wait any more, in their order. Some may pass others by:
   * readers those who want to hold the key, and whoever holds it everybody.
   */
  private void drain(Key key, Consumer<RangeReplica.Kv> accept) {
    ArrayDeque<Waiting> queue = queues.remove(key);
    if (queue == null) {
      return;
    }
    var staying = new ArrayDeque<Waiting>();
    for (Waiting next = queue.poll(); next != null; next = queue.poll()) {
      if (isInTheWay(key, next.kv().request())) {
        staying.add(next);
      } else {
        waiting--;
        waited.accept(next.sinceNanos);
        accept.accept(next.kv());
      }
    }
    ArrayDeque<Waiting> again = queues.remove(key);
    if (again != null) {
      // Met another lock of the same key meanwhile.
      staying.addAll(again);
    }
    if (!staying.isEmpty()) {
      queues.put(key, staying);
    }
  }

  /** Whether a request still has to wait for this key. */
  private boolean isInTheWay(Key key, KvRequest request) {
    Lock lock = locks.get(key);
    if (request instanceof KvRequest.Read read && !(read instanceof KvRequest.HoldKey)) {
      return lock != null && lock.bound().compareTo(readAt(read)) <= 0;
    }
    TxnId own = txnOf(request);
    Held holder = held.get(key);
    return seeking
        || (lock != null && !lock.txn().equals(own))
        || (holder != null && !holder.txn().equals(own));
  }

  private static Timestamp readAt(KvRequest.Read read) {
    Timestamp at =
        switch (read) {
          case KvRequest.Get get -> get.at();
          case KvRequest.GetAll all -> all.at();
          case KvRequest.Scan scan -> scan.at();
          default -> null;
        };
    return at == null ? Timestamp.MAX : at;
  }

  /** Refuses those whose deadline has passed, and looks after locks that stand for long. */
  void tick(long now) {
    if (waiting > 0) {
      ticks++;
      queues.values().removeIf(queue -> expire(queue, now));
      queues.forEach((key, queue) -> press(key, queue, now));
    }
    if (!locks.isEmpty() && now - sweptNanos >= OLD_NANOS / 2) {
      sweptNanos = now;
      sweep(now);
    }
  }

  private boolean expire(ArrayDeque<Waiting> queue, long now) {
    queue.removeIf(
        waiter -> {
          boolean late = now - waiter.kv().deadlineNanos() >= 0;
          if (late) {
            waiting--;
            released = true;
            answer(
                waiter,
                ErrorCode.DEADLINE_EXCEEDED,
                "the key was locked by another transaction until the deadline; nothing was done");
          }
          return late;
        });
    return queue.isEmpty();
  }

  private void press(Key key, ArrayDeque<Waiting> queue, long now) {
    if (queue.stream().noneMatch(waiter -> waiter.waitsLong(now))) {
      return;
    }
    Lock lock = locks.get(key);
    Held holder = held.get(key);
    if (lock != null) {
      watch.settle(lock, locks);
      report(queue, now, lock.txn(), lock.coordinator());
    } else if (holder != null) {
      watch.ifGone(holder.txn(), holder.coordinator(), () -> abandoned.accept(holder.txn(), key));
      report(queue, now, holder.txn(), holder.coordinator());
    } else {
      released = true;
    }
  }

  private void report(ArrayDeque<Waiting> queue, long now, TxnId holder, NodeId holderAt) {
    // Any of them may be in a circle, also the last one.
    int turns = (queue.size() - 1) / WAITERS_REPORTED_MAX + 1;
    int first = Math.floorMod(ticks, turns) * WAITERS_REPORTED_MAX;
    queue.stream()
        .skip(first)
        .limit(WAITERS_REPORTED_MAX)
        .filter(waiter -> waiter.waitsLong(now))
        .forEach(waiter -> report(waiter.kv().request(), holder, holderAt));
  }

  private void report(KvRequest request, TxnId holder, NodeId holderAt) {
    TxnId txn = txnOf(request);
    NodeId at = coordinatorOf(request);
    if (txn != null && at != null) {
      watch.waits(new TxnWatch.Waits(txn, at, holder, holderAt));
    }
  }

  private void sweep(long now) {
    Map<TxnId, Long> present = new HashMap<>();
    Map<TxnId, Lock> old = new LinkedHashMap<>();
    int looked = 0;
    for (Lock lock : locks.all()) {
      long since = seen.getOrDefault(lock.txn(), now);
      present.put(lock.txn(), since);
      if (now - since >= OLD_NANOS) {
        old.putIfAbsent(lock.txn(), lock);
      }
      if (++looked == LOCKS_SWEPT_MAX) {
        break;
      }
    }
    seen.clear();
    seen.putAll(present);
    old.values().forEach(lock -> watch.settle(lock, locks));
  }

  /** This replica leads no more: nothing is held here, and who waits must ask elsewhere. */
  void abandon() {
    held.clear();
    seeking = false;
    seen.clear();
    var all = new ArrayList<Waiting>();
    queues.values().forEach(all::addAll);
    queues.clear();
    waiting = 0;
    all.forEach(waiter -> waiter.kv().replyTo().accept(new RangeReply.NotLeader(null)));
  }

  private static void answer(Waiting waiter, ErrorCode code, String message) {
    waiter.kv().replyTo().accept(new RangeReply.Done(new KvResponse.Failed(code, message)));
  }

  private static @Nullable TxnId txnOf(KvRequest request) {
    return switch (request) {
      case KvRequest.Get get -> get.reader() == null ? null : get.reader().txn();
      case KvRequest.GetAll all -> all.reader() == null ? null : all.reader().txn();
      case KvRequest.Scan scan -> scan.reader() == null ? null : scan.reader().txn();
      case KvRequest.TxnStep step -> step.txn();
      case KvRequest.HoldKey hold -> hold.txn();
      default -> null;
    };
  }

  private static @Nullable NodeId coordinatorOf(KvRequest request) {
    return switch (request) {
      case KvRequest.Get get -> get.reader() == null ? null : get.reader().coordinator();
      case KvRequest.GetAll all -> all.reader() == null ? null : all.reader().coordinator();
      case KvRequest.Scan scan -> scan.reader() == null ? null : scan.reader().coordinator();
      case KvRequest.CommitOnePhase step -> step.coordinator();
      case KvRequest.Prepare step -> step.coordinator();
      case KvRequest.HoldKey hold -> hold.coordinator();
      default -> null;
    };
  }
}
