package dev.troupe.rocksdb.raft;

import static dev.troupe.rocksdb.TestStore.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.RaftLogStore.LogWrite;
import dev.troupe.protocol.spi.RaftLogStore.StoredReplica;
import dev.troupe.rocksdb.TestStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftLogStoreTest {
  private static final ReplicaKey REPLICA = RaftLogStore.key(7, 2);
  private static final ReplicaKey OTHER = RaftLogStore.key(7, 3);

  @TempDir Path temporary;
  private TestStore store;

  @BeforeEach
  void open() {
    store = new TestStore(temporary.resolve("a"));
  }

  @AfterEach
  void close() {
    assertThat(store.failures).isEmpty();
    store.close();
  }

  /** Continues on what a crash at this moment would leave. */
  private void crash() {
    Path image = store.crash(temporary.resolve("crash-" + store.directory.incarnation()));
    store.close();
    store = new TestStore(image);
  }

  private RaftLogStore log() {
    return store.engine.raftLog();
  }

  private List<String> all(ReplicaKey replica) {
    return log().read(replica, 1, Long.MAX_VALUE, Long.MAX_VALUE).stream()
        .map(LogEntry::toString)
        .toList();
  }

  @Test
  void shouldKeepEverythingReportedAcrossACrash() {
    store.create(REPLICA);
    HardState hardState = new HardState(4, new ReplicaId(2), 1);
    store.write(
        new LogWrite.Append(
            REPLICA, hardState, List.of(entry(1, 3, "a"), entry(2, 4, "b")), false));
    crash();
    assertThat(log().replicas())
        .containsExactly(
            new StoredReplica(REPLICA, hardState, LogPosition.ZERO, new LogPosition(2, 4)));
    assertThat(all(REPLICA)).containsExactly("1@3:COMMAND(1 bytes)", "2@4:COMMAND(1 bytes)");
    assertThat(log().term(REPLICA, 0)).hasValue(0);
    assertThat(log().term(REPLICA, 1)).hasValue(3);
    assertThat(log().term(REPLICA, 2)).hasValue(4);
    assertThat(log().term(REPLICA, 3)).isEmpty();
    assertThat(log().term(OTHER, 0)).isEmpty();
    assertThat(log().read(OTHER, 1, 5, 100)).isEmpty();
  }

  @Test
  void shouldFindOneReplicaAmongOthers() {
    store.create(REPLICA);
    store.create(OTHER);
    store.append(OTHER, entry(1, 3, "a"));
    crash();

    assertThat(log().known()).containsExactlyInAnyOrder(REPLICA, OTHER);
    for (StoredReplica stored : log().replicas()) {
      assertThat(log().replica(stored.replica())).contains(stored);
    }
    store.write(new LogWrite.Destroy(OTHER, 4));
    assertThat(log().replica(OTHER)).isEmpty();
    assertThat(log().known()).containsExactly(REPLICA);
    crash();
    assertThat(log().replica(OTHER)).isEmpty();
    assertThat(log().replica(RaftLogStore.key(8, 1))).isEmpty();
  }

  @Test
  void shouldReplaceTheWholeSuffixAlsoAboveTheNewEnd() {
    store.create(REPLICA);
    List<LogEntry> old = new ArrayList<>();
    for (int i = 1; i <= 300; i++) {
      old.add(entry(i, 1, "old"));
    }
    store.append(REPLICA, old.toArray(LogEntry[]::new));
    // More than single deletions are made for, then fewer.
    store.write(new LogWrite.Append(REPLICA, null, List.of(entry(101, 2, "new")), true));
    assertThat(log().read(REPLICA, 100, 400, 1 << 20)).hasSize(2);
    store.write(new LogWrite.Append(REPLICA, null, List.of(entry(99, 3, "newer")), true));
    crash();
    assertThat(log().replicas().getFirst().last()).isEqualTo(new LogPosition(99, 3));
    assertThat(log().read(REPLICA, 98, 400, 1 << 20))
        .extracting(LogEntry::toString)
        .containsExactly("98@1:COMMAND(3 bytes)", "99@3:COMMAND(5 bytes)");
    store.append(REPLICA, entry(100, 3, "goes on"));
    assertThat(log().read(REPLICA, 100, 400, 1 << 20)).hasSize(1);
  }

  @Test
  void shouldLimitReadsByBytesButGiveAtLeastOne() {
    store.create(REPLICA);
    store.append(
        REPLICA, entry(1, 1, "x".repeat(1000)), entry(2, 1, "x".repeat(1000)), entry(3, 1, "x"));
    assertThat(log().read(REPLICA, 1, 4, 10)).hasSize(1);
    assertThat(log().read(REPLICA, 1, 4, 2080)).hasSize(2);
    assertThat(log().read(REPLICA, 1, 3, 1 << 20)).hasSize(2);
    assertThat(log().read(REPLICA, 3, 3, 1 << 20)).isEmpty();
    assertThat(log().read(REPLICA, 4, 9, 1 << 20)).isEmpty();
  }

  @Test
  void shouldTruncateThePrefixDurably() {
    store.create(REPLICA);
    for (int i = 1; i <= 200; i++) {
      store.append(REPLICA, entry(i, 1, "e" + i));
    }
    store.write(new LogWrite.TruncatePrefix(REPLICA, new LogPosition(10, 1)));
    store.write(new LogWrite.TruncatePrefix(REPLICA, new LogPosition(150, 1)));
    store.write(new LogWrite.TruncatePrefix(REPLICA, new LogPosition(20, 1)));
    crash();
    StoredReplica replica = log().replicas().getFirst();
    assertThat(replica.start()).isEqualTo(new LogPosition(150, 1));
    assertThat(replica.last()).isEqualTo(new LogPosition(200, 1));
    assertThat(log().read(REPLICA, 150, 300, 1 << 20)).isEmpty();
    assertThat(log().read(REPLICA, 151, 300, 1 << 20)).hasSize(50);
    assertThat(log().term(REPLICA, 150)).hasValue(1);
    assertThat(log().term(REPLICA, 149)).isEmpty();
    store.write(new LogWrite.TruncatePrefix(REPLICA, new LogPosition(200, 1)));
    crash();
    replica = log().replicas().getFirst();
    assertThat(replica.start()).isEqualTo(replica.last()).isEqualTo(new LogPosition(200, 1));
  }

  @Test
  void shouldStartAfterAPositionWhenCreatedThere() {
    HardState hardState = new HardState(5, null, 40);
    store.write(new LogWrite.Create(REPLICA, hardState, new LogPosition(40, 5)));
    store.append(REPLICA, entry(41, 5, "x"));
    crash();
    assertThat(log().replicas())
        .containsExactly(
            new StoredReplica(REPLICA, hardState, new LogPosition(40, 5), new LogPosition(41, 5)));
  }

  @Test
  void shouldNeverTakeBackARemovedReplicaId() {
    store.create(REPLICA);
    store.append(REPLICA, entry(1, 1, "x"));
    store.write(new LogWrite.Destroy(REPLICA, 3));
    assertThat(log().tombstone(new RangeId(7))).hasValue(3);
    crash();
    assertThat(log().replicas()).isEmpty();
    assertThat(log().tombstone(new RangeId(7))).hasValue(3);
    assertThat(log().tombstone(new RangeId(8))).isEqualTo(OptionalLong.empty());
    assertThatThrownBy(() -> store.create(REPLICA))
        .isInstanceOfSatisfying(
            TroupeException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED))
        .hasMessageContaining("r7/p2");
    store.create(OTHER);
    // A late order with an older number does not lower the bar.
    store.write(new LogWrite.Destroy(REPLICA, 2));
    crash();
    assertThat(log().tombstone(new RangeId(7))).hasValue(3);
    assertThat(log().replicas()).extracting(StoredReplica::replica).containsExactly(OTHER);
  }

  @Test
  void shouldKeepNeighboursApart() {
    ReplicaKey a = RaftLogStore.key(1, 1);
    ReplicaKey b = RaftLogStore.key(1, 2);
    ReplicaKey c = RaftLogStore.key(2, 1);
    for (ReplicaKey replica : List.of(c, b, a)) {
      store.create(replica);
      store.append(replica, entry(1, 1, "of " + replica));
    }
    store.write(new LogWrite.Destroy(b, 3));
    crash();
    assertThat(log().replicas()).extracting(StoredReplica::replica).containsExactly(a, c);
    assertThat(all(a)).hasSize(1);
    assertThat(all(c)).hasSize(1);
  }

  @Test
  void shouldRefuseWritesThatDoNotFit() {
    assertThatThrownBy(() -> store.append(REPLICA, entry(1, 1, "x")))
        .isInstanceOf(Invariant.Violation.class)
        .hasMessageContaining("r7/p2 is not known");
    store.create(REPLICA);
    assertThatThrownBy(() -> store.create(REPLICA)).isInstanceOf(Invariant.Violation.class);
    store.append(REPLICA, entry(1, 1, "x"));
    for (LogWrite.Append wrong :
        List.of(
            new LogWrite.Append(REPLICA, null, List.of(entry(3, 1, "gap")), false),
            new LogWrite.Append(REPLICA, null, List.of(entry(1, 1, "again")), false),
            new LogWrite.Append(REPLICA, null, List.of(entry(3, 1, "gap")), true),
            new LogWrite.Append(
                REPLICA, null, List.of(entry(2, 1, "a"), entry(4, 1, "gap")), false))) {
      assertThatThrownBy(() -> store.write(wrong)).isInstanceOf(Invariant.Violation.class);
    }
    store.append(REPLICA, entry(2, 1, "fits"));
  }

  @Test
  void shouldSetTheHardStateAlone() {
    store.create(REPLICA);
    HardState hardState = new HardState(9, new ReplicaId(1), 0);
    store.write(new LogWrite.Append(REPLICA, hardState, List.of(), false));
    crash();
    assertThat(log().replicas().getFirst().hardState()).isEqualTo(hardState);
  }

  @Test
  void shouldKeepTruncationsBackDuringAPauseWithoutHarmToLaterLives() {
    store.create(REPLICA);
    store.create(OTHER);
    for (int i = 1; i <= 10; i++) {
      store.append(REPLICA, entry(i, 1, "e"));
      store.append(OTHER, entry(i, 1, "e"));
    }
    List<String> done = new ArrayList<>();
    try (RocksRaftLogStore.TruncationPause pause = store.engine.raftLog().pauseTruncation()) {
      for (ReplicaKey replica : List.of(REPLICA, OTHER)) {
        log()
            .write(
                new LogWrite.TruncatePrefix(replica, new LogPosition(5, 1)),
                () -> done.add("truncated"));
      }
      assertThat(log().read(OTHER, 1, 20, 1 << 20)).hasSize(10);
      store.write(new LogWrite.Destroy(REPLICA, 3));
      assertThat(done).isEmpty();
    }
    store.append(OTHER, entry(11, 1, "e"));
    assertThat(done).hasSize(2);
    crash();
    assertThat(log().replicas())
        .extracting(StoredReplica::replica, StoredReplica::start)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(OTHER, new LogPosition(5, 1)));
  }

  @Test
  void shouldKeepLargeEntries() {
    store.create(REPLICA);
    store.append(REPLICA, entry(1, 1, "x".repeat(4 << 20)), entry(2, 1, ""));
    crash();
    List<LogEntry> entries = log().read(REPLICA, 1, 3, Long.MAX_VALUE);
    assertThat(entries.getFirst().data()).hasSize(4 << 20);
    assertThat(entries.getLast().data()).isEmpty();
  }
}
