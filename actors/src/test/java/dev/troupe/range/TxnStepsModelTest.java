package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Transactions of which the steps are lost, delayed, repeated and reordered at random, with others
 * in their way and somebody who settles their locks at any moment.
 */
class TxnStepsModelTest {
  private static final String KEYS = "bcdefg";
  private static final int TRANSACTIONS = 12;

  private final TxnWorld world = new TxnWorld();
  private final Map<Integer, Script> scripts = new LinkedHashMap<>();
  // Whatever was sent once may arrive again at any time.
  private final List<KvRequest.TxnStep> sent = new ArrayList<>();
  private final List<Seen> seen = new ArrayList<>();
  private Random random = new Random(0);

  /** What a reader was told, which must be true for ever. */
  private record Seen(String key, Timestamp at, @Nullable String value) {}

  /** An honest coordinator, of which the messages are not. */
  private final class Script {
    final int txn;
    final List<String> keys;
    final boolean onePhase;
    // Some say since when their name is in use.
    final Timestamp named;
    final @Nullable Timestamp readAt;
    Timestamp commitAt = Timestamp.MIN;
    int prepared;
    boolean decided;
    boolean ended;

    Script(int txn) {
      this.txn = txn;
      var chosen = new TreeSet<String>();
      while (chosen.isEmpty() || random.nextInt(3) > 0) {
        chosen.add(String.valueOf(KEYS.charAt(random.nextInt(KEYS.length()))));
      }
      this.keys = List.copyOf(chosen);
      this.named = random.nextBoolean() ? world.draw() : Timestamp.MIN;
      this.onePhase = random.nextInt(4) == 0;
      this.readAt = random.nextBoolean() ? world.draw() : null;
    }

    String value() {
      return "t" + txn;
    }

    List<KeySpan> reads(List<String> of) {
      return readAt == null ? List.of() : TxnWorld.keys(of.toArray(String[]::new));
    }

    String[] changes(List<String> of) {
      return of.stream().map(key -> key + "=" + value()).toArray(String[]::new);
    }

    String anchor() {
      return keys.getFirst();
    }

    /** The first key with the record, the others in a step of their own. */
    KvRequest.TxnStep prepare(boolean record) {
      List<String> part = record ? keys.subList(0, 1) : keys.subList(1, keys.size());
      Timestamp at = readAt == null ? Timestamp.MIN : readAt;
      return TxnWorld.prepare(txn, anchor(), record, at, reads(part), changes(part));
    }

    void goOn() {
      if (ended) {
        return;
      }
      if (onePhase) {
        Timestamp at = readAt == null ? Timestamp.MIN : readAt;
        deliver(this, TxnWorld.commit(txn, at, reads(keys), changes(keys)));
        ended = random.nextBoolean();
      } else if (prepared < Math.min(2, keys.size())) {
        KvResponse answer = deliver(this, prepare(prepared == 0));
        switch (answer) {
          case KvResponse.Prepared given -> {
            commitAt = commitAt.max(given.bound());
            prepared++;
          }
          // Waits, or runs out of patience.
          case KvResponse.Blocked blocked when random.nextInt(4) > 0 -> {}
          default -> giveUp();
        }
      } else if (!decided) {
        if (random.nextInt(6) == 0) {
          giveUp();
        } else {
          decided =
              deliver(this, TxnWorld.decide(txn, anchor(), commitAt)) instanceof KvResponse.Status;
        }
      } else {
        resolveSome();
      }
    }

    private void giveUp() {
      deliver(this, TxnWorld.abort(txn, anchor()));
      ended = true;
    }

    private void resolveSome() {
      KvResponse.Status status = world.status(txn, anchor());
      Timestamp at = status.state() == TxnState.COMMITTED ? status.at() : null;
      deliver(this, TxnWorld.resolve(txn, at, keys.get(random.nextInt(keys.size()))));
      ended = random.nextInt(4) == 0;
    }
  }

  private KvResponse deliver(Script script, KvRequest.TxnStep unnamed) {
    KvRequest.TxnStep step = TxnWorld.named(unnamed, script.named);
    sent.add(step);
    if (random.nextInt(3) > 0) {
      return world.one(step);
    }
    // In one entry with others, before and behind.
    var entry = new ArrayList<KvRequest.Write>();
    entry.add(step);
    for (int i = random.nextInt(3); i > 0; i--) {
      entry.add(random.nextInt(entry.size() + 1), sent.get(random.nextInt(sent.size())));
    }
    List<KvResponse> answers = world.apply(entry.toArray(KvRequest.Write[]::new));
    return answers.get(entry.indexOf(step));
  }

  /** As a node does that finds a lock of which nobody answers for the transaction. */
  private void settle(Lock lock) {
    var status =
        (KvResponse.Status)
            world.one(new KvRequest.Abort(lock.txn(), Timestamp.MIN, lock.anchor()));
    Timestamp at = status.state() == TxnState.COMMITTED ? status.at() : null;
    world.one(new KvRequest.Resolve(lock.txn(), at, List.of(lock.key())));
  }

  private void look() {
    String key = String.valueOf(KEYS.charAt(random.nextInt(KEYS.length())));
    Timestamp at = new Timestamp(world.draw().value() - random.nextInt(200));
    Lock lock = world.locks.get(Key.of(key));
    if (lock == null || lock.bound().compareTo(at) > 0) {
      seen.add(new Seen(key, at, world.read(key, at)));
    }
  }

  private void run(long seed) {
    random = new Random(seed);
    for (int i = 0; i < 600; i++) {
      int dice = random.nextInt(20);
      if (dice < 11) {
        scripts.computeIfAbsent(1 + random.nextInt(TRANSACTIONS), Script::new).goOn();
      } else if (dice < 13 && !sent.isEmpty()) {
        world.one(sent.get(random.nextInt(sent.size())));
      } else if (dice < 14 && !world.locks.isEmpty()) {
        settle(world.locks.all().iterator().next());
      } else if (dice < 15) {
        String key = String.valueOf(KEYS.charAt(random.nextInt(KEYS.length())));
        world.apply(TxnWorld.put(key, "plain"));
      } else {
        look();
      }
      assertThat(world.lockedKeys())
          .isEqualTo(world.locks.all().stream().map(lock -> lock.key().toString()).toList());
      assertThat(world.locks.size()).isEqualTo(world.locks.all().size());
    }
    for (int i = 0; i < 50; i++) {
      world.one(sent.get(random.nextInt(sent.size())));
    }
    while (!world.locks.isEmpty()) {
      settle(world.locks.all().iterator().next());
    }
  }

  private void checkAllOrNothing() {
    scripts
        .values()
        .forEach(
            script -> {
              KvResponse.Status status = world.status(script.txn, script.anchor());
              boolean committed = status.state() == TxnState.COMMITTED;
              for (String key : script.keys) {
                List<String> versions =
                    world.stored(Key.of(key)).stream()
                        .filter(line -> line.endsWith("=" + hex(script.value())))
                        .toList();
                assertThat(versions).as("%s of %s", key, script.value()).hasSize(committed ? 1 : 0);
                if (committed) {
                  assertThat(versions.getFirst()).startsWith(key + "@" + status.at() + "=");
                }
              }
            });
  }

  private static String hex(String text) {
    return java.util.HexFormat.of().formatHex(TxnWorld.bytes(text));
  }

  private void checkReaders() {
    for (Seen one : seen) {
      assertThat(world.read(one.key(), one.at())).as("%s", one).isEqualTo(one.value());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000, 2_000, 3_000, 4_000, 5_000})
  void shouldCommitAllOrNothingAndNeverChangeThePast(long first) {
    for (long seed = first; seed < first + 40; seed++) {
      var one = new TxnStepsModelTest();
      one.run(seed);
      one.checkAllOrNothing();
      one.checkReaders();
      assertThat(one.world.lockedKeys()).as("seed %d", seed).isEmpty();
    }
  }

  /** A replica that batches otherwise, and forgets at times what it had not committed. */
  @ParameterizedTest
  @ValueSource(longs = {7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void shouldComeToTheSameStateOnAReplicaThatIsRestarted(long seed) {
    run(seed);
    MemoryStateStore store = new MemoryStateStore();
    Replica replica = new Replica(store);
    int applied = 0;
    int light = 0;
    while (applied < world.log.size()) {
      int until = Math.min(world.log.size(), applied + 1 + random.nextInt(6));
      boolean crash = random.nextInt(3) == 0;
      replica.apply(
          world.log.subList(applied, until), world.answers.subList(applied, until), crash, random);
      light += replica.light;
      replica.light = 0;
      if (crash) {
        replica = new Replica(store);
      }
      applied = (int) replica.machine.applied().position().index();
    }
    assertThat(store.dump()).isEqualTo(world.store.dump());
    assertThat(replica.locks.isEmpty()).isTrue();
    assertThat(light).isGreaterThan(applied / 6);
  }

  private static final class Replica {
    final MemoryStateStore store;
    final LockTable locks;
    final RangeStateMachine machine;
    int light;

    Replica(MemoryStateStore store) {
      this.store = store;
      this.locks = TxnSteps.load(store, TxnWorld.RANGE.span());
      byte[] applied = store.getLocal(TxnWorld.RANGE.id(), LocalRecord.APPLIED);
      this.machine =
          new RangeStateMachine(
              store,
              applied == null ? AppliedState.INITIAL : AppliedState.decode(applied),
              TxnWorld.RANGE,
              locks,
              (upTo, span) -> {});
    }

    void apply(
        List<LogEntry> entries, List<List<KvResponse>> expected, boolean crash, Random random) {
      try (StateStore.Batch batch = store.newBatch()) {
        for (int i = 0; i < entries.size(); i++) {
          LogEntry entry = entries.get(i);
          CommandCodec.Command command = RangeStateMachine.decode(entry);
          store.readsForbidden = random.nextBoolean() && machine.isLight(entry, command);
          light += store.readsForbidden ? 1 : 0;
          assertThat(machine.apply(entry, command, batch)).isEqualTo(expected.get(i));
          store.readsForbidden = false;
        }
        if (!crash) {
          batch.commit();
          machine.visible();
        }
      }
    }
  }
}
