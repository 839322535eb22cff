package dev.troupe.rocksdb.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.persistence.DeleteSnapshotSuccess;
import org.apache.pekko.persistence.DeleteSnapshotsSuccess;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

/** Each rule of Pekko's SnapshotStoreSpec, with every optional capability. */
final class SnapshotStoreTckTest {
  private static final long ALL = Long.MAX_VALUE;

  @TempDir static Path directory;
  private static PluginSystem plugin;

  private final List<SnapshotMetadata> saved = new ArrayList<>();
  private String id;
  private TestKit sender;

  @BeforeAll
  static void start() {
    plugin = PluginSystem.start(directory);
  }

  @AfterAll
  static void stop() {
    plugin.close();
  }

  /** Sequence numbers 11 to 15, contents s-1 to s-5. */
  @BeforeEach
  void saveFiveSnapshots(TestInfo test) {
    id = test.getDisplayName();
    sender = plugin.probe();
    for (int i = 1; i <= 5; i++) {
      saved.add(save(new SnapshotMetadata(id, 10 + i, 0), "s-" + i));
    }
  }

  @Test
  void shouldNotLoadOfAnUnknownPersistenceId() {
    tell(new SnapshotProtocol.LoadSnapshot("invalid", SnapshotSelectionCriteria.latest(), ALL));
    expectNone(ALL);
  }

  @Test
  void shouldNotLoadWhenNoTimestampFits() {
    load(new SnapshotSelectionCriteria(ALL, 100, 0, 0), ALL);
    expectNone(ALL);
  }

  @Test
  void shouldNotLoadWhenNoSequenceNumberFits() {
    load(new SnapshotSelectionCriteria(7, ALL, 0, 0), ALL);
    expectNone(ALL);
    load(SnapshotSelectionCriteria.latest(), 7);
    expectNone(7);
  }

  @Test
  void shouldLoadTheMostRecent() {
    load(SnapshotSelectionCriteria.latest(), ALL);
    expectLoaded(saved.get(4), "s-5", ALL);
  }

  @Test
  void shouldLoadTheMostRecentBelowASequenceNumber() {
    load(new SnapshotSelectionCriteria(13, ALL, 0, 0), ALL);
    expectLoaded(saved.get(2), "s-3", ALL);
    load(SnapshotSelectionCriteria.latest(), 13);
    expectLoaded(saved.get(2), "s-3", 13);
  }

  @Test
  void shouldLoadTheMostRecentBelowASequenceNumberAndATimestamp() {
    load(new SnapshotSelectionCriteria(13, saved.get(2).timestamp(), 0, 0), ALL);
    expectLoaded(saved.get(2), "s-3", ALL);
    load(new SnapshotSelectionCriteria(ALL, saved.get(2).timestamp(), 0, 0), 13);
    expectLoaded(saved.get(2), "s-3", 13);
  }

  @Test
  void shouldDeleteOneBySequenceNumber() {
    SnapshotMetadata undated = new SnapshotMetadata(id, 13, 0);
    var command = new SnapshotProtocol.DeleteSnapshot(undated);
    TestKit published = subscribe(SnapshotProtocol.DeleteSnapshot.class);

    tell(command);

    awaitPublished(published, command);
    sender.expectMsg(new DeleteSnapshotSuccess(undated));
    load(new SnapshotSelectionCriteria(13, ALL, 0, 0), ALL);
    expectLoaded(saved.get(1), "s-2", ALL);
  }

  @Test
  void shouldDeleteAllUpToASequenceNumberAndTimestamp() {
    SnapshotMetadata bound = saved.get(2);
    var criteria = new SnapshotSelectionCriteria(bound.sequenceNr(), bound.timestamp(), 0, 0);
    var command = new SnapshotProtocol.DeleteSnapshots(id, criteria);
    TestKit published = subscribe(SnapshotProtocol.DeleteSnapshots.class);

    tell(command);

    awaitPublished(published, command);
    sender.expectMsg(new DeleteSnapshotsSuccess(criteria));
    load(criteria, ALL);
    expectNone(ALL);
    SnapshotMetadata next = saved.get(3);
    load(new SnapshotSelectionCriteria(next.sequenceNr(), next.timestamp(), 0, 0), ALL);
    expectLoaded(next, "s-4", ALL);
  }

  @Test
  void shouldNotDeleteAboveTheTimestamp() {
    SnapshotMetadata bound = saved.get(3);
    var criteria = new SnapshotSelectionCriteria(bound.sequenceNr(), bound.timestamp() - 1, 0, 0);
    var command = new SnapshotProtocol.DeleteSnapshots(id, criteria);
    TestKit published = subscribe(SnapshotProtocol.DeleteSnapshots.class);

    tell(command);

    awaitPublished(published, command);
    sender.expectMsg(new DeleteSnapshotsSuccess(criteria));
    load(new SnapshotSelectionCriteria(bound.sequenceNr(), bound.timestamp(), 0, 0), ALL);
    expectLoaded(bound, "s-4", ALL);
  }

  @Test
  void shouldOverwriteASnapshotWithTheSameSequenceNumber() {
    SnapshotMetadata again = save(saved.get(4), "s-5-modified");
    assertThat(again.sequenceNr()).isEqualTo(15);
    load(new SnapshotSelectionCriteria(15, ALL, 0, 0), ALL);
    SelectedSnapshot loaded = nextLoaded(ALL);
    assertThat(loaded.snapshot()).isEqualTo("s-5-modified");
    assertThat(loaded.metadata().sequenceNr()).isEqualTo(15);
  }

  @Test
  void shouldSaveABiggerSnapshot() {
    String big = "0".repeat(10_000);
    save(new SnapshotMetadata(id, 100, 0), big);
    load(SnapshotSelectionCriteria.latest(), ALL);
    assertThat(nextLoaded(ALL).snapshot()).isEqualTo(big);
  }

  @Test
  void shouldSerializeSnapshots() {
    TckPayload payload = new TckPayload(sender.getRef());
    save(new SnapshotMetadata(id, 100, 0), payload);
    load(SnapshotSelectionCriteria.latest(), ALL);
    SelectedSnapshot loaded = nextLoaded(ALL);
    assertThat(loaded.snapshot()).isEqualTo(payload);
    assertThat(loaded.metadata().sequenceNr()).isEqualTo(100);
  }

  @Test
  void shouldStoreMetadata() {
    save(new SnapshotMetadata(id, 100, 0).withMetadata("fictional metadata"), "snap");
    load(SnapshotSelectionCriteria.latest(), ALL);
    SelectedSnapshot loaded = nextLoaded(ALL);
    assertThat(loaded.snapshot()).isEqualTo("snap");
    assertThat(loaded.metadata().metadata()).isEqualTo(Option.apply("fictional metadata"));
  }

  private SnapshotMetadata save(SnapshotMetadata metadata, Object snapshot) {
    tell(new SnapshotProtocol.SaveSnapshot(metadata, snapshot));
    return sender.expectMsgClass(SaveSnapshotSuccess.class).metadata();
  }

  private void load(SnapshotSelectionCriteria criteria, long toSequenceNr) {
    tell(new SnapshotProtocol.LoadSnapshot(id, criteria, toSequenceNr));
  }

  private void tell(Object message) {
    plugin.snapshotStore().tell(message, sender.getRef());
  }

  private void expectNone(long toSequenceNr) {
    sender.expectMsg(new SnapshotProtocol.LoadSnapshotResult(Option.empty(), toSequenceNr));
  }

  private void expectLoaded(SnapshotMetadata metadata, Object snapshot, long toSequenceNr) {
    SelectedSnapshot selected = new SelectedSnapshot(metadata, snapshot);
    sender.expectMsg(new SnapshotProtocol.LoadSnapshotResult(Option.apply(selected), toSequenceNr));
  }

  private SelectedSnapshot nextLoaded(long toSequenceNr) {
    var result = sender.expectMsgClass(SnapshotProtocol.LoadSnapshotResult.class);
    assertThat(result.toSequenceNr()).isEqualTo(toSequenceNr);
    return result.snapshot().get();
  }

  private static TestKit subscribe(Class<?> command) {
    TestKit probe = plugin.probe();
    plugin.system().getEventStream().subscribe(probe.getRef(), command);
    return probe;
  }

  private static void awaitPublished(TestKit probe, Object command) {
    probe.fishForMessage(Duration.ofSeconds(10), "the command itself", command::equals);
  }
}
