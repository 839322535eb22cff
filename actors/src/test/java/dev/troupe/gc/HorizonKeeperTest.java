package dev.troupe.gc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.range.TestRanges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HorizonKeeperTest {
  private static final long RETENTION = 100_000;
  private static final long SYSTEM = 1;
  private static final long LOGS = 2;
  private static final long REST = 3;
  private static final KeySpan LOGS_SPAN = Keyspace.kvNamespace("logs");
  private static final KeySpan REST_SPAN = new KeySpan(LOGS_SPAN.end(), Key.MAX);

  private final CollectionSettings settings =
      new CollectionSettings(
          Duration.ofMillis(RETENTION),
          Map.of("logs", Duration.ofMillis(RETENTION / 10)),
          Duration.ofSeconds(1),
          10_000,
          8 << 20);
  private final CollectionCounts counts = new CollectionCounts();
  private TestRanges world;
  private HorizonKeeper keeper;
  private ProtectedTimestamps protections;

  @BeforeEach
  void begin() {
    world = new TestRanges();
    world.add(SYSTEM, new KeySpan(Key.MIN, LOGS_SPAN.start()));
    world.add(LOGS, LOGS_SPAN);
    world.add(REST, REST_SPAN);
    keeper = new HorizonKeeper(settings, world, world, world.directory(), world, counts);
    protections = new ProtectedTimestamps(world, world);
  }

  private static KvRequest.Put put(KeySpan span) {
    return new KvRequest.Put(span.start().append(new byte[] {1}), new byte[] {2});
  }

  private void look(int times, long pauseMillis) {
    for (int i = 0; i < times; i++) {
      world.pass(pauseMillis);
      keeper.look();
    }
  }

  private List<ProtectedTimestamps.Result> protect(String name, KeySpan span, Timestamp at) {
    var results = new ArrayList<ProtectedTimestamps.Result>();
    protections.protect(new Protection(name, span, at), Long.MAX_VALUE, results::add);
    return results;
  }

  @Test
  void shouldRaiseEveryRangeToItsRetentionAgo() {
    keeper.look();

    long now = world.now().millis();
    assertThat(world.horizon(REST)).isEqualTo(Timestamp.of(now - RETENTION, 0));
    assertThat(world.horizon(SYSTEM)).isEqualTo(Timestamp.of(now - RETENTION, 0));
    assertThat(world.horizon(LOGS)).isEqualTo(Timestamp.of(now - RETENTION / 10, 0));
  }

  @Test
  void shouldRaiseOnlyWhenItIsWorthIt() {
    keeper.look();
    Timestamp first = world.horizon(REST);

    world.write(put(REST_SPAN));
    look(1, RETENTION / 10 - 1);
    Timestamp early = world.horizon(REST);
    world.write(put(REST_SPAN));
    look(1, 1);

    assertThat(early).isEqualTo(first);
    assertThat(world.horizon(REST).millis()).isEqualTo(first.millis() + RETENTION / 10);
  }

  /** Of thousands of ranges that were made an hour ago none may wake up all the time. */
  @Test
  void shouldRaiseWhatIsNotWrittenToOnceForAll() {
    keeper.look();
    world.write(put(REST_SPAN));
    Timestamp written = world.now();
    look(1, 1);
    look(2, RETENTION / 10);
    int sent = world.requests().size();
    int draws = world.draws();

    look((int) RETENTION / 1000 * 8 / 10 - 1, 1000);
    assertThat(world.requests()).as("while nothing of it is to be collected").hasSize(sent);
    assertThat(world.draws()).isEqualTo(draws);

    look(2, 1000);
    assertThat(world.horizon(REST)).isGreaterThanOrEqualTo(written);
    sent = world.requests().size();
    look(10, RETENTION);
    assertThat(world.requests()).hasSize(sent);
  }

  @Test
  void shouldRaiseAtOnceWhatNobodyHasLookedAfter() {
    keeper.look();
    Timestamp left = world.horizon(REST);
    world.pass(RETENTION / 2);
    successor().look();
    assertThat(world.horizon(REST)).as("its leader before will have raised it").isEqualTo(left);

    world.pass(RETENTION / 2);
    successor().look();
    assertThat(world.horizon(REST).millis()).isEqualTo(left.millis() + RETENTION);
  }

  private HorizonKeeper successor() {
    return new HorizonKeeper(settings, world, world, world.directory(), world, counts);
  }

  @Test
  void shouldLeaveIdleRangesAloneOnceEverythingOldIsBelowTheHorizon() {
    world.write(put(REST_SPAN));
    Timestamp written = world.now();
    look(20, RETENTION / 10);
    assertThat(world.horizon(REST)).isGreaterThan(written);

    int sent = world.requests().size();
    int draws = world.draws();
    look(50, RETENTION);
    assertThat(world.requests()).hasSize(sent);
    assertThat(world.draws()).isEqualTo(draws);

    world.write(put(REST_SPAN));
    look(1, RETENTION);
    assertThat(world.draws()).isGreaterThan(draws);
    assertThat(world.horizon(LOGS)).isLessThan(world.horizon(REST));
  }

  @Test
  void shouldRemoveTheRecordsOfManyTransactionsPageByPage() {
    Key anchor = put(REST_SPAN).key();
    int many = HorizonKeeper.RECORDS_PAGE * 2 + 1;
    for (int i = 0; i < many; i++) {
      TxnId txn = new TxnId(1, i);
      world.write(new KvRequest.Abort(txn, Timestamp.MIN, anchor));
    }

    look(1, 2 * RETENTION);

    assertThat(counts.recordsRemoved()).isEqualTo(many);
  }

  @Test
  void shouldStopAtWhatIsProtectedAndOnlyThere() {
    Timestamp at = world.now();
    assertThat(protect("backup", REST_SPAN, at))
        .containsExactly(new ProtectedTimestamps.Result.Done());
    world.write(put(REST_SPAN));

    look(3, RETENTION);

    assertThat(world.horizon(REST)).isEqualTo(at);
    assertThat(world.horizon(LOGS)).isGreaterThan(at);

    protections.release("backup", Long.MAX_VALUE, released -> {});
    look(1, RETENTION);
    assertThat(world.horizon(REST)).isGreaterThan(at);
  }

  @Test
  void shouldRefuseToProtectWhatMayBeGone() {
    Timestamp at = world.now();
    look(1, 2 * RETENTION);

    ProtectedTimestamps.Result result = protect("late", REST_SPAN, at).getFirst();

    assertThat(((ProtectedTimestamps.Result.Failed) result).code())
        .isEqualTo(ErrorCode.TIMESTAMP_TOO_OLD);
    protections.list(Long.MAX_VALUE, found -> assertThat(found).isEmpty());
  }

  @Test
  void shouldNotGiveANameTwice() {
    Timestamp at = world.now();
    protect("one", REST_SPAN, at);

    ProtectedTimestamps.Result other = protect("one", LOGS_SPAN, at).getFirst();

    assertThat(((ProtectedTimestamps.Result.Failed) other).code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(protect("one", REST_SPAN, at))
        .containsExactly(new ProtectedTimestamps.Result.Done());
  }

  /** Requests and answers of a keeper and of those who protect overtake each other at will. */
  @Test
  void shouldKeepEveryProtectionThatWasAcknowledged() {
    int acknowledged = 0;
    int refused = 0;
    for (int seed = 0; seed < 300; seed++) {
      begin();
      var random = new SplittableRandom(seed);
      world.hold();
      var held = new HashMap<String, Protection>();
      for (int step = 0; step < 300; step++) {
        int choice = random.nextInt(20);
        if (choice == 0) {
          world.pass(random.nextLong(RETENTION / 2));
        } else if (choice == 1) {
          world.write(put(random.nextBoolean() ? REST_SPAN : LOGS_SPAN));
        } else if (choice == 2) {
          keeper.look();
        } else if (choice == 3) {
          KeySpan span = random.nextBoolean() ? REST_SPAN : KeySpan.ALL;
          long age = random.nextLong(RETENTION * 3 / 2);
          Timestamp at = Timestamp.of(world.now().millis() - age, 0);
          var wish = new Protection("p" + step, span, at);
          protections.protect(
              wish,
              Long.MAX_VALUE,
              result -> {
                if (result instanceof ProtectedTimestamps.Result.Done) {
                  held.put(wish.name(), wish);
                } else {
                  held.put("refused " + wish.name(), new Protection("", span, Timestamp.MAX));
                }
              });
        } else if (world.underWay() > 0) {
          world.arrive(random.nextInt(world.underWay()));
        }
        for (Protection protection : held.values()) {
          assertThat(world.horizon(REST))
              .describedAs("seed %d, step %d", seed, step)
              .isLessThanOrEqualTo(protection.at());
        }
      }
      acknowledged += (int) held.keySet().stream().filter(n -> n.startsWith("p")).count();
      refused += (int) held.keySet().stream().filter(n -> n.startsWith("r")).count();
    }
    assertThat(acknowledged).isGreaterThan(100);
    assertThat(refused).isGreaterThan(100);
  }
}
