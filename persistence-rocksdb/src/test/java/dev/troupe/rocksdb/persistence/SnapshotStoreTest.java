package dev.troupe.rocksdb.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.Frame;
import dev.troupe.rocksdb.persistence.store.KeyCodec;
import dev.troupe.rocksdb.persistence.store.PersistenceStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.apache.pekko.persistence.DeleteSnapshotSuccess;
import org.apache.pekko.persistence.DeleteSnapshotsSuccess;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the snapshot store promises beyond Pekko's own test kit. */
final class SnapshotStoreTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LARGE_BYTES = 20 * 1024 * 1024 + 77;

  @TempDir Path directory;
  private PluginSystem plugin;
  private TestKit probe;

  @BeforeEach
  void start() {
    plugin = PluginSystem.start(directory);
    probe = plugin.probe();
  }

  @AfterEach
  void stop() {
    plugin.close();
  }

  @Test
  void shouldKeepALargeSnapshotOverARestart() {
    byte[] large = randomBytes(1);
    save(5, large);
    save(4, "older");

    plugin.close();
    start();

    SnapshotProtocol.LoadSnapshotResult loaded = load();
    assertThat((byte[]) loaded.snapshot().get().snapshot()).isEqualTo(large);
    assertThat(chunks()).isEqualTo(41);
  }

  @Test
  void shouldDropTheChunksOfAReplacedOrDeletedSnapshot() {
    save(5, randomBytes(1));
    byte[] second = randomBytes(2);
    save(5, second);
    assertThat(chunks()).isEqualTo(41);
    assertThat((byte[]) load().snapshot().get().snapshot()).isEqualTo(second);
    save(5, "small");
    assertThat(chunks()).isZero();
    save(6, randomBytes(3));
    var all = SnapshotSelectionCriteria.latest();
    tell(new SnapshotProtocol.DeleteSnapshots("snap", all));
    probe.expectMsg(PATIENCE, new DeleteSnapshotsSuccess(all));
    assertThat(chunks()).isZero();
    assertThat(StoreBytes.keys(store(), Family.SNAPSHOTS, new byte[0])).isEmpty();
  }

  @Test
  void shouldDiscardAnUploadThatWasCutOff() {
    byte[] marker = KeyCodec.number('u', 4711);
    byte[] chunk = KeyCodec.number(0, 0);
    byte[] key = new byte[12];
    System.arraycopy(KeyCodec.number(0, 4711), 1, key, 0, 8);
    StoreBytes.write(
        store(),
        context -> {
          context.put(Family.META, marker, Frame.seal(marker, Frame.begin(0).toBytes()));
          context.put(Family.SNAPSHOT_CHUNKS, key, chunk);
        });
    assertThat(chunks()).isEqualTo(1);

    plugin.close();
    start();

    Awaitility.await().atMost(PATIENCE).until(() -> chunks() == 0);
    assertThat(StoreBytes.keys(store(), Family.META, new byte[] {'u'})).isEmpty();
  }

  @Test
  void shouldFailToLoadADamagedSnapshotInsteadOfAnOlderOne() {
    save(1, "older");
    save(2, "newest");
    StoreBytes.damage(store(), Family.SNAPSHOTS, KeyCodec.textAndNumber("snap", 2));
    assertThat(loadFailure()).hasMessageContaining("snapshot 2 of 'snap' is damaged");
  }

  @Test
  void shouldFailToLoadWhenAPartIsDamagedOrMissing() {
    save(2, randomBytes(1));
    byte[] part = StoreBytes.keys(store(), Family.SNAPSHOT_CHUNKS, new byte[0]).get(7);
    StoreBytes.damage(store(), Family.SNAPSHOT_CHUNKS, part);
    assertThat(loadFailure())
        .hasMessageContaining("part 7 of snapshot 2")
        .hasMessageContaining("checksum");
    StoreBytes.delete(store(), Family.SNAPSHOT_CHUNKS, part);
    assertThat(loadFailure()).hasMessageContaining("part 7").hasMessageContaining("missing");
  }

  @Test
  void shouldDeleteADamagedSnapshot() {
    save(1, "older");
    save(2, "newest");
    StoreBytes.damage(store(), Family.SNAPSHOTS, KeyCodec.textAndNumber("snap", 2));
    SnapshotMetadata damaged = new SnapshotMetadata("snap", 2, 0);
    tell(new SnapshotProtocol.DeleteSnapshot(damaged));
    probe.expectMsg(PATIENCE, new DeleteSnapshotSuccess(damaged));
    assertThat(load().snapshot().get().snapshot()).isEqualTo("older");
  }

  @Test
  void shouldDeleteOnlyTheSnapshotOfThatTime() {
    SnapshotMetadata saved = save(1, "kept");
    SnapshotMetadata other = new SnapshotMetadata("snap", 1, saved.timestamp() + 1);
    tell(new SnapshotProtocol.DeleteSnapshot(other));
    probe.expectMsg(PATIENCE, new DeleteSnapshotSuccess(other));
    assertThat(load().snapshot().get().snapshot()).isEqualTo("kept");
    tell(new SnapshotProtocol.DeleteSnapshot(saved));
    probe.expectMsg(PATIENCE, new DeleteSnapshotSuccess(saved));
    assertThat(load().snapshot().isEmpty()).isTrue();
  }

  @Test
  void shouldReportASnapshotThatCannotBeSerialized() {
    tell(new SnapshotProtocol.SaveSnapshot(new SnapshotMetadata("snap", 1, 0), new Object()));
    SaveSnapshotFailure failure = probe.expectMsgClass(PATIENCE, SaveSnapshotFailure.class);
    assertThat(failure.cause()).isInstanceOf(java.io.NotSerializableException.class);
  }

  @Test
  void shouldHonourLowerBounds() {
    SnapshotMetadata first = save(1, "one");
    save(2, "two");
    tell(
        new SnapshotProtocol.LoadSnapshot(
            "snap", new SnapshotSelectionCriteria(1, Long.MAX_VALUE, 2, 0), Long.MAX_VALUE));
    assertThat(result().snapshot().isEmpty()).isTrue();
    tell(
        new SnapshotProtocol.LoadSnapshot(
            "snap",
            new SnapshotSelectionCriteria(1, Long.MAX_VALUE, 0, first.timestamp() + 1000_000),
            Long.MAX_VALUE));
    assertThat(result().snapshot().isEmpty()).isTrue();
  }

  private SnapshotMetadata save(long sequenceNr, Object snapshot) {
    tell(new SnapshotProtocol.SaveSnapshot(new SnapshotMetadata("snap", sequenceNr, 0), snapshot));
    return probe.expectMsgClass(PATIENCE, SaveSnapshotSuccess.class).metadata();
  }

  private SnapshotProtocol.LoadSnapshotResult load() {
    askLoad();
    return result();
  }

  private Throwable loadFailure() {
    askLoad();
    return probe.expectMsgClass(PATIENCE, SnapshotProtocol.LoadSnapshotFailed.class).cause();
  }

  private void askLoad() {
    tell(
        new SnapshotProtocol.LoadSnapshot(
            "snap", SnapshotSelectionCriteria.latest(), Long.MAX_VALUE));
  }

  private SnapshotProtocol.LoadSnapshotResult result() {
    return probe.expectMsgClass(PATIENCE, SnapshotProtocol.LoadSnapshotResult.class);
  }

  private void tell(Object message) {
    plugin.snapshotStore().tell(message, probe.getRef());
  }

  private PersistenceStore store() {
    return PersistenceStores.get(plugin.system()).store("");
  }

  private int chunks() {
    return StoreBytes.keys(store(), Family.SNAPSHOT_CHUNKS, new byte[0]).size();
  }

  private static byte[] randomBytes(long seed) {
    byte[] bytes = new byte[LARGE_BYTES];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
