package dev.troupe.rocksdb.snapshot;

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
import dev.troupe.protocol.spi.RaftLogStore.LogWrite;
import dev.troupe.protocol.spi.RaftLogStore.StoredReplica;
import dev.troupe.protocol.spi.SnapshotStore.Incoming;
import dev.troupe.protocol.spi.SnapshotStore.Manifest;
import dev.troupe.protocol.spi.SnapshotStore.Outgoing;
import dev.troupe.protocol.spi.SnapshotStore.SnapshotFile;
import dev.troupe.protocol.spi.StateStore.Batch;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.StateStore.Version;
import dev.troupe.rocksdb.SnapshotFixture;
import dev.troupe.rocksdb.TestStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotStoreTest {
  private static final RangeId RANGE = new RangeId(5);
  private static final ReplicaKey REPLICA = RaftLogStore.key(5, 2);
  private static final KeySpan SPAN = new KeySpan(Key.of("b"), Key.of("d"));
  private static final HardState HARD_STATE = new HardState(3, new ReplicaId(1), 10);

  @TempDir Path temporary;
  private TestStore sender;
  private TestStore receiver;

  @BeforeEach
  void open() {
    sender = new TestStore(temporary.resolve("sender"));
    receiver = new TestStore(temporary.resolve("receiver"));
    SnapshotFixture.putState(sender, RANGE, SPAN, new LogPosition(10, 3));
  }

  @AfterEach
  void close() {
    sender.close();
    receiver.close();
    assertThat(sender.failures).isEmpty();
    assertThat(receiver.failures).isEmpty();
  }

  private Outgoing export() {
    return sender.engine.snapshots().export(RANGE, SnapshotFixture.RECORDS);
  }

  private static void put(TestStore store, String key, long at, String value) {
    try (Batch batch = store.engine.state().newBatch()) {
      batch.put(Key.of(key), new Timestamp(at), bytes(value));
      batch.commit();
    }
  }

  private static void delete(TestStore store, String key, long at) {
    try (Batch batch = store.engine.state().newBatch()) {
      batch.delete(Key.of(key), new Timestamp(at));
      batch.commit();
    }
  }

  @Test
  void shouldCarryEveryVersionAndDeletionAndNothingElse() {
    put(sender, "a", 1, "outside");
    put(sender, "b", 1, "old");
    put(sender, "b", 2, "new");
    put(sender, "c", 1, "deleted later");
    delete(sender, "c", 2);
    put(sender, "cc", 1, "");
    put(sender, "d", 1, "outside");
    put(receiver, "a", 9, "stays");
    put(receiver, "bb", 9, "goes");
    put(receiver, "cc", 9, "goes");
    put(receiver, "d", 9, "stays");
    delete(receiver, "c", 9);
    assertThat(SnapshotFixture.newest(receiver, "bb")).isNotNull();

    SnapshotFixture.transfer(sender, receiver, REPLICA, HARD_STATE);

    assertThat(SnapshotFixture.versions(receiver))
        .containsExactly(
            "a@9=stays",
            "b@2=new",
            "b@1=old",
            "c@2 deleted",
            "c@1=deleted later",
            "cc@1=",
            "d@9=stays");
    assertThat(SnapshotFixture.newest(receiver, "bb")).isNull();
    assertThat(SnapshotFixture.applied(receiver, RANGE)).isEqualTo(new LogPosition(10, 3));
    assertThat(receiver.engine.raftLog().replicas())
        .containsExactly(
            new StoredReplica(REPLICA, HARD_STATE, new LogPosition(10, 3), new LogPosition(10, 3)));
  }

  @Test
  void shouldCarryTheSideRecordsOfTheSpanAndNothingElse() {
    put(sender, "b", 1, "version");
    SnapshotFixture.putSide(sender, "a", SideKind.LOCK, "", "outside");
    SnapshotFixture.putSide(sender, "b", SideKind.LOCK, "", "first");
    SnapshotFixture.putSide(sender, "c", SideKind.TRANSACTION, "t2", "second");
    SnapshotFixture.putSide(sender, "c", SideKind.TRANSACTION, "t1", "");
    SnapshotFixture.putSide(sender, "d", SideKind.LOCK, "", "outside");
    SnapshotFixture.putSide(receiver, "a", SideKind.LOCK, "", "stays");
    SnapshotFixture.putSide(receiver, "bb", SideKind.LOCK, "", "goes");
    SnapshotFixture.putSide(receiver, "c", SideKind.TRANSACTION, "t1", "goes");
    SnapshotFixture.putSide(receiver, "d", SideKind.LOCK, "", "stays");

    try (Outgoing outgoing = export()) {
      assertThat(outgoing.manifest().files())
          .extracting(SnapshotFile::name)
          .containsExactly("000000.sst", "sides-000000.sst");
      SnapshotFixture.receive(outgoing, receiver, REPLICA, HARD_STATE);
    }

    List<String> expected =
        List.of(
            "a/LOCK/=stays",
            "b/LOCK/=first",
            "c/TRANSACTION/t1=",
            "c/TRANSACTION/t2=second",
            "d/LOCK/=stays");
    assertThat(SnapshotFixture.sides(receiver)).isEqualTo(expected);
    assertThat(SnapshotFixture.versions(receiver)).containsExactly("b@1=version");
    try (TestStore crashed = new TestStore(receiver.crash(temporary.resolve("crashed")))) {
      assertThat(SnapshotFixture.sides(crashed)).isEqualTo(expected);
    }
  }

  @Test
  void shouldSpreadSideRecordsOverSeveralFilesAlsoWithoutAnyVersion() {
    for (int i = 0; i < 3000; i++) {
      String value = HexFormat.of().toHexDigits(i * 0x9E3779B9L).repeat(8);
      SnapshotFixture.putSide(sender, "b%05d".formatted(i), SideKind.LOCK, "", value);
    }
    put(receiver, "b", 1, "goes");
    try (Outgoing outgoing = export()) {
      assertThat(outgoing.manifest().files())
          .hasSizeGreaterThan(3)
          .allMatch(file -> file.name().startsWith("sides-"));
      SnapshotFixture.receive(outgoing, receiver, REPLICA, HARD_STATE);
    }
    assertThat(SnapshotFixture.sides(receiver))
        .isEqualTo(SnapshotFixture.sides(sender))
        .hasSize(3000);
    assertThat(SnapshotFixture.versions(receiver)).isEmpty();
  }

  @Test
  void shouldRemoveTheReceiversSideRecordsWhenTheSenderHasNone() {
    SnapshotFixture.putSide(receiver, "b", SideKind.LOCK, "", "goes");
    SnapshotFixture.transfer(sender, receiver, REPLICA, HARD_STATE);
    assertThat(SnapshotFixture.sides(receiver)).isEmpty();
  }

  @Test
  void shouldShowSideRecordsAndVersionsOfOneMoment() {
    SnapshotFixture.putSide(sender, "b", SideKind.LOCK, "", "before");
    try (Outgoing outgoing = export()) {
      SnapshotFixture.putSide(sender, "b", SideKind.LOCK, "", "after");
      SnapshotFixture.receive(outgoing, receiver, REPLICA, HARD_STATE);
    }
    assertThat(SnapshotFixture.sides(receiver)).containsExactly("b/LOCK/=before");
  }

  @Test
  void shouldRefuseFilesOfAKindThatItDoesNotKnow() throws IOException {
    for (List<String> names :
        List.of(
            List.of("locks-000000.sst"),
            List.of("000001.sst"),
            List.of("sides-000000.sst", "000000.sst"),
            List.of("000000.sst", "../000001.sst"))) {
      Manifest manifest =
          new Manifest(
              RANGE,
              SPAN,
              new LogPosition(10, 3),
              new byte[0],
              new byte[0],
              names.stream().map(name -> new SnapshotFile(name, 1, 0)).toList());
      assertThatThrownBy(() -> receiver.engine.snapshots().receive(REPLICA, manifest))
          .as("%s", names)
          .isInstanceOfSatisfying(
              TroupeException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED));
    }
    assertThat(files("incoming")).isEmpty();
  }

  @Test
  void shouldShowOneMomentAlthoughWritesGoOn() {
    put(sender, "b", 1, "before");
    try (Outgoing outgoing = export()) {
      put(sender, "b", 2, "after");
      SnapshotFixture.putState(sender, RANGE, SPAN, new LogPosition(11, 3));
      SnapshotFixture.receive(outgoing, receiver, REPLICA, HARD_STATE);
    }
    assertThat(SnapshotFixture.versions(receiver)).containsExactly("b@1=before");
    assertThat(SnapshotFixture.applied(receiver, RANGE)).isEqualTo(new LogPosition(10, 3));
  }

  @Test
  void shouldReplaceALaggingReplicasLogAndGoOnFromThere() {
    receiver.create(REPLICA);
    receiver.append(REPLICA, entry(1, 1, "x"), entry(2, 1, "y"));
    SnapshotFixture.transfer(sender, receiver, REPLICA, HARD_STATE);
    assertThat(receiver.engine.raftLog().read(REPLICA, 1, 20, 1 << 20)).isEmpty();
    assertThat(receiver.engine.raftLog().term(REPLICA, 10)).hasValue(3);
    receiver.append(REPLICA, entry(11, 3, "z"));
    receiver.close();
    receiver = new TestStore(receiver.path);
    assertThat(receiver.engine.raftLog().replicas())
        .containsExactly(
            new StoredReplica(REPLICA, HARD_STATE, new LogPosition(10, 3), new LogPosition(11, 3)));
  }

  @Test
  void shouldSpreadOverSeveralFilesAndSurviveACrashAfterwards() {
    for (int i = 0; i < 3000; i++) {
      put(sender, "b%05d".formatted(i), 1, HexFormat.of().toHexDigits(i * 0x9E3779B9L).repeat(8));
    }
    try (Outgoing outgoing = export()) {
      assertThat(outgoing.manifest().files()).hasSizeGreaterThan(3);
      assertThat(outgoing.manifest().totalBytes()).isPositive();
      SnapshotFixture.receive(outgoing, receiver, REPLICA, HARD_STATE);
    }
    List<String> expected = SnapshotFixture.versions(sender);
    assertThat(SnapshotFixture.versions(receiver)).isEqualTo(expected).hasSize(3000);
    Path image = receiver.crash(temporary.resolve("crashed"));
    try (TestStore crashed = new TestStore(image)) {
      assertThat(SnapshotFixture.versions(crashed)).isEqualTo(expected);
    }
  }

  @Test
  void shouldMoveAnEmptyRange() {
    put(receiver, "b", 1, "goes");
    SnapshotFixture.transfer(sender, receiver, REPLICA, HARD_STATE);
    assertThat(SnapshotFixture.versions(receiver)).isEmpty();
    assertThat(SnapshotFixture.applied(receiver, RANGE)).isEqualTo(new LogPosition(10, 3));
  }

  @Test
  void shouldRefuseADamagedSnapshotAndKeepTheOldState() throws IOException {
    put(sender, "b", 1, "new".repeat(1000));
    put(receiver, "b", 1, "old");
    receiver.create(REPLICA);
    receiver.append(REPLICA, entry(1, 1, "x"));
    try (Outgoing outgoing = export()) {
      byte[] file = outgoing.read(0, 0, 1 << 20);
      for (int at : new int[] {0, file.length / 2, file.length - 1}) {
        byte[] damaged = file.clone();
        damaged[at] ^= 1;
        assertCorruption(
            () -> {
              try (Incoming incoming =
                  receiver.engine.snapshots().receive(REPLICA, outgoing.manifest())) {
                incoming.append(0, 0, ByteBuffer.wrap(damaged));
                incoming.install(HARD_STATE);
              }
            });
      }
    }
    assertThat(SnapshotFixture.versions(receiver)).containsExactly("b@1=old");
    assertThat(receiver.engine.raftLog().read(REPLICA, 1, 20, 1 << 20)).hasSize(1);
    assertThat(receiver.engine.raftLog().unfinishedInstalls()).isEmpty();
    assertThat(files("incoming")).isEmpty();
  }

  @Test
  void shouldRefuseKeysOutsideOfTheSpan() {
    put(sender, "b", 1, "x");
    requireOutsideRefused();
  }

  @Test
  void shouldRefuseSideRecordsOutsideOfTheSpan() {
    SnapshotFixture.putSide(sender, "b", SideKind.LOCK, "", "x");
    requireOutsideRefused();
  }

  private void requireOutsideRefused() {
    try (Outgoing outgoing = export()) {
      Manifest manifest = outgoing.manifest();
      assertThat(manifest.files()).hasSize(1);
      for (KeySpan span :
          List.of(new KeySpan(Key.of("b\0"), Key.of("d")), new KeySpan(Key.of("a"), Key.of("b")))) {
        Manifest lie =
            new Manifest(
                RANGE,
                span,
                manifest.applied(),
                manifest.appliedRecord(),
                manifest.descriptorRecord(),
                manifest.files());
        assertCorruption(
            () -> {
              try (Incoming incoming = receiver.engine.snapshots().receive(REPLICA, lie)) {
                incoming.append(0, 0, ByteBuffer.wrap(outgoing.read(0, 0, 1 << 20)));
                incoming.install(HARD_STATE);
              }
            });
      }
    }
  }

  @Test
  void shouldRefuseChunksOutOfOrderAndTooMuchAndTooLittle() throws IOException {
    put(sender, "b", 1, "x".repeat(500));
    try (Outgoing outgoing = export();
        Incoming incoming = receiver.engine.snapshots().receive(REPLICA, outgoing.manifest())) {
      byte[] file = outgoing.read(0, 0, 1 << 20);
      incoming.append(0, 0, ByteBuffer.wrap(file, 0, 100));
      assertRefused(() -> incoming.append(0, 0, ByteBuffer.wrap(file, 0, 100)));
      assertRefused(() -> incoming.append(0, 101, ByteBuffer.wrap(file, 101, 10)));
      assertRefused(() -> incoming.append(1, 0, ByteBuffer.wrap(file, 0, 10)));
      assertCorruption(() -> incoming.append(0, 100, ByteBuffer.wrap(new byte[file.length])));
      assertRefused(() -> incoming.install(HARD_STATE));
      incoming.append(0, 100, ByteBuffer.wrap(file, 100, file.length - 100));
      assertRefused(() -> incoming.append(1, 0, ByteBuffer.wrap(new byte[1])));
      incoming.install(HARD_STATE);
    }
    assertThat(SnapshotFixture.versions(receiver)).hasSize(1);
    assertThat(files("incoming")).isEmpty();
  }

  @Test
  void shouldNotRaiseARemovedReplicaFromTheDead() {
    receiver.create(REPLICA);
    receiver.write(new LogWrite.Destroy(REPLICA, 3));
    assertThatThrownBy(() -> SnapshotFixture.transfer(sender, receiver, REPLICA, HARD_STATE))
        .isInstanceOfSatisfying(
            TroupeException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED));
    assertThat(receiver.engine.raftLog().replicas()).isEmpty();
    SnapshotFixture.transfer(sender, receiver, RaftLogStore.key(5, 3), HARD_STATE);
    assertThat(receiver.engine.raftLog().replicas()).hasSize(1);
  }

  @Test
  void shouldRefuseToTakeASnapshotOfAnUnknownRange() {
    assertThatThrownBy(
            () -> sender.engine.snapshots().export(new RangeId(99), SnapshotFixture.RECORDS))
        .isInstanceOfSatisfying(
            TroupeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_RANGE))
        .hasMessageContaining("r99");
  }

  @Test
  void shouldDeleteWhatACrashLeavesBehind() throws IOException {
    put(sender, "b", 1, "x");
    Outgoing outgoing = export();
    Incoming incoming = sender.engine.snapshots().receive(REPLICA, outgoing.manifest());
    incoming.append(0, 0, ByteBuffer.wrap(outgoing.read(0, 0, 50)));
    Path image = sender.crash(temporary.resolve("crashed"));
    try (TestStore crashed = new TestStore(image);
        var left = Files.walk(image.resolve("snapshots"))) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
      assertThat(crashed.failures).isEmpty();
    }
    incoming.close();
    outgoing.close();
    try (var left = Files.walk(sender.path.resolve("snapshots"))) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void shouldForgetCachedVersionsWhenTheStateIsReplaced() {
    put(receiver, "b", 9, "cached");
    Version cached = SnapshotFixture.newest(receiver, "b");
    assertThat(cached).isNotNull();
    put(sender, "b", 1, "new");
    SnapshotFixture.transfer(sender, receiver, REPLICA, HARD_STATE);
    assertThat(
            receiver
                .engine
                .state()
                .newest(Key.of("b"), Timestamp.MAX, ReadMode.MAY_BLOCK)
                .timestamp())
        .isEqualTo(new Timestamp(1));
  }

  @Test
  void shouldKeepTheFormatOfTheMarker() {
    InstallMarker marker =
        new InstallMarker(
            REPLICA, "5-2-1", new SnapshotContents(3, 4), SPAN, new byte[] {1}, new byte[] {2, 3});
    String rest = "0162" + "0164" + "0101" + "020203";
    assertThat(HexFormat.of().formatHex(marker.encode()))
        .isEqualTo("02" + "05" + "02" + "05352d322d31" + "03" + "04" + rest);
    assertThat(InstallMarker.decode(marker.encode())).usingRecursiveComparison().isEqualTo(marker);
    InstallMarker versionsOnly =
        InstallMarker.decode(
            HexFormat.of().parseHex("01" + "05" + "02" + "05352d322d31" + "03" + rest));
    assertThat(versionsOnly.contents()).isEqualTo(new SnapshotContents(3, 0));
    assertThat(versionsOnly.span()).isEqualTo(SPAN);
    assertCorruption(() -> InstallMarker.decode(new byte[] {9}));
  }

  private List<Path> files(String kind) throws IOException {
    try (var left = Files.walk(receiver.path.resolve("snapshots").resolve(kind))) {
      return left.filter(Files::isRegularFile).toList();
    }
  }

  private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            TroupeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }

  private static void assertCorruption(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            TroupeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPTION));
  }
}
