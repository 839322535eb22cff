package dev.troupe.rocksdb.store;

import static dev.troupe.rocksdb.TestStore.bytes;
import static dev.troupe.rocksdb.TestStore.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.SnapshotStore.Incoming;
import dev.troupe.protocol.spi.SnapshotStore.Outgoing;
import dev.troupe.protocol.spi.StateStore.Batch;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.rocksdb.SnapshotFixture;
import dev.troupe.rocksdb.TestStore;
import dev.troupe.rocksdb.engine.DataDirectory;
import dev.troupe.rocksdb.snapshot.InstallObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Crashes between every two steps of an installation: all of the snapshot is there, or none. */
class SnapshotCrashTest {
  private static final RangeId RANGE = new RangeId(5);
  private static final ReplicaKey REPLICA = RaftLogStore.key(5, 2);
  private static final KeySpan SPAN = new KeySpan(Key.of("b"), Key.of("d"));
  private static final HardState HARD_STATE = new HardState(3, new ReplicaId(1), 10);
  private static final List<String> OLD = List.of("a@1=neighbour", "b@1=old", "d@1=neighbour");
  private static final List<String> NEW =
      List.of("a@1=neighbour", "b@2=new", "c@2=new", "d@1=neighbour");
  private static final List<String> OLD_SIDES =
      List.of("a/LOCK/=neighbour", "b/LOCK/=old", "bb/LOCK/=old", "d/LOCK/=neighbour");
  private static final List<String> NEW_SIDES =
      List.of("a/LOCK/=neighbour", "b/LOCK/=new", "c/TRANSACTION/t=new", "d/LOCK/=neighbour");

  @TempDir Path temporary;

  @Test
  void shouldBeWholeOrAbsentWhereverItCrashes() throws IOException {
    Map<String, Path> images = crashImages();
    assertThat(images.keySet())
        .containsExactly(
            "FILES_SYNCED",
            "MARKER_WRITTEN",
            "CLEARED",
            "VERSIONS_INGESTED",
            "SIDES_INGESTED",
            "RECORDS_PUT",
            "FLUSHED",
            "MARKER_REMOVED");
    images.forEach(
        (step, image) -> {
          boolean begun = !step.equals(InstallObserver.FILES_SYNCED);
          requireWholeOrAbsent(step, image, begun);
          // And once more: what the first start completed must be durable.
          requireWholeOrAbsent(step + ", second start", image, begun);
        });
  }

  @Test
  void shouldCompleteAlsoWhenTheNextStartCrashesAgain() throws IOException {
    Path image = crashImages().get(InstallObserver.MARKER_WRITTEN);
    for (String step :
        List.of("CLEARED", "VERSIONS_INGESTED", "SIDES_INGESTED", "RECORDS_PUT", "FLUSHED")) {
      Path next = temporary.resolve("again-" + step);
      try (DataDirectory directory = DataDirectory.open(image)) {
        InstallObserver observer =
            reached -> {
              if (reached.equals(step)) {
                TestStore.copy(directory.path(), next);
              }
            };
        open(directory, observer).close();
      }
      image = next;
    }
    requireWholeOrAbsent("after four crashes", image, true);
  }

  @Test
  void shouldRefuseToStartWhenFilesOfABegunInstallationAreGone() throws IOException {
    Path image = crashImages().get("CLEARED");
    try (var files = Files.walk(image.resolve("snapshots/incoming"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    assertThatThrownBy(() -> new TestStore(image))
        .isInstanceOfSatisfying(
            TroupeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPTION))
        .hasMessageContaining("r5/p2");
  }

  /** The receiver's files as of after each step. */
  private Map<String, Path> crashImages() throws IOException {
    Map<String, Path> images = new LinkedHashMap<>();
    Path receiving = temporary.resolve("receiver");
    try (TestStore sender = new TestStore(temporary.resolve("sender"))) {
      SnapshotFixture.putState(sender, RANGE, SPAN, new LogPosition(10, 3));
      put(sender.engine, "b", 2, "new");
      put(sender.engine, "c", 2, "new");
      SnapshotFixture.putSide(sender, "b", SideKind.LOCK, "", "new");
      SnapshotFixture.putSide(sender, "c", SideKind.TRANSACTION, "t", "new");
      prepare(receiving);
      try (DataDirectory directory = DataDirectory.open(receiving);
          StoreEngine engine =
              open(
                  directory,
                  step -> {
                    Path image = temporary.resolve("image-" + step);
                    TestStore.copy(receiving, image);
                    images.put(step, image);
                  });
          Outgoing outgoing = sender.engine.snapshots().export(RANGE, SnapshotFixture.RECORDS);
          Incoming incoming = engine.snapshots().receive(REPLICA, outgoing.manifest())) {
        assertThat(outgoing.manifest().files()).hasSize(2);
        incoming.append(0, 0, ByteBuffer.wrap(outgoing.read(0, 0, 1 << 20)));
        incoming.append(1, 0, ByteBuffer.wrap(outgoing.read(1, 0, 1 << 20)));
        incoming.install(HARD_STATE);
      }
    }
    return images;
  }

  private static void prepare(Path receiving) {
    try (TestStore store = new TestStore(receiving)) {
      SnapshotFixture.putState(store, RANGE, SPAN, new LogPosition(2, 1));
      put(store.engine, "a", 1, "neighbour");
      put(store.engine, "b", 1, "old");
      put(store.engine, "d", 1, "neighbour");
      SnapshotFixture.putSide(store, "a", SideKind.LOCK, "", "neighbour");
      SnapshotFixture.putSide(store, "b", SideKind.LOCK, "", "old");
      SnapshotFixture.putSide(store, "bb", SideKind.LOCK, "", "old");
      SnapshotFixture.putSide(store, "d", SideKind.LOCK, "", "neighbour");
      store.create(REPLICA);
      store.append(REPLICA, entry(1, 1, "x"), entry(2, 1, "y"));
    }
  }

  private static void requireWholeOrAbsent(String step, Path image, boolean whole) {
    try (TestStore store = new TestStore(image)) {
      assertThat(SnapshotFixture.versions(store)).as(step).isEqualTo(whole ? NEW : OLD);
      assertThat(SnapshotFixture.sides(store)).as(step).isEqualTo(whole ? NEW_SIDES : OLD_SIDES);
      assertThat(SnapshotFixture.applied(store, RANGE))
          .as(step)
          .isEqualTo(whole ? new LogPosition(10, 3) : new LogPosition(2, 1));
      RaftLogStore.StoredReplica replica = store.engine.raftLog().replicas().getFirst();
      assertThat(replica.start())
          .as(step)
          .isEqualTo(whole ? new LogPosition(10, 3) : LogPosition.ZERO);
      assertThat(replica.last().index()).as(step).isEqualTo(whole ? 10 : 2);
      assertThat(replica.hardState()).as(step).isEqualTo(whole ? HARD_STATE : HardState.INITIAL);
      assertThat(store.engine.raftLog().unfinishedInstalls()).isEmpty();
      assertThat(store.failures).isEmpty();
    }
  }

  private static StoreEngine open(DataDirectory directory, InstallObserver observer) {
    return StoreEngine.open(
        directory,
        TestStore.SMALL,
        (cause, what) -> {
          throw new AssertionError(what, cause);
        },
        SystemClocks.monotonic(),
        observer);
  }

  private static void put(StoreEngine engine, String key, long at, String value) {
    try (Batch batch = engine.state().newBatch()) {
      batch.put(Key.of(key), new Timestamp(at), bytes(value));
      batch.commit();
    }
  }
}
