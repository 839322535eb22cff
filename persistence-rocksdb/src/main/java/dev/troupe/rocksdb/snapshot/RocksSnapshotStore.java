package dev.troupe.rocksdb.snapshot;

import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.SnapshotStore;
import dev.troupe.rocksdb.engine.DurableFiles;
import dev.troupe.rocksdb.engine.StorageErrors;
import dev.troupe.rocksdb.mvcc.StateTransfer;
import dev.troupe.rocksdb.mvcc.StateTransfer.Exported;
import dev.troupe.rocksdb.raft.RocksRaftLogStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Snapshots of ranges as sorted table files, which a receiver takes into its database as they are.
 *
 * <p>Thread-safe; each snapshot belongs to one thread at a time. Files of snapshots lie under
 * {@code snapshots/outgoing} and {@code snapshots/incoming} of the data directory; whatever a crash
 * leaves there is deleted at the next start, after interrupted installations were completed.
 */
public final class RocksSnapshotStore implements SnapshotStore {
  private static final int COPY_BYTES = 1 << 20;

  private final Path outgoing;
  private final Path incoming;
  private final StateTransfer state;
  private final SnapshotInstaller installer;
  private final long fileBytes;
  private final AtomicLong names = new AtomicLong();

  private RocksSnapshotStore(
      Path directory,
      RocksRaftLogStore log,
      StateTransfer state,
      long fileBytes,
      InstallObserver observer) {
    this.outgoing = directory.resolve("outgoing");
    this.incoming = directory.resolve("incoming");
    this.state = state;
    this.fileBytes = fileBytes;
    this.installer = new SnapshotInstaller(incoming, log, state, observer);
  }

  /**
   * Completes interrupted installations and deletes stale files. Blocking; before anything else
   * uses the log or the state.
   *
   * @param directory for the files; made when missing
   * @param fileBytes at about which size a snapshot goes on in another file
   */
  public static RocksSnapshotStore open(
      Path directory,
      RocksRaftLogStore log,
      StateTransfer state,
      long fileBytes,
      InstallObserver observer) {
    RocksSnapshotStore store = new RocksSnapshotStore(directory, log, state, fileBytes, observer);
    try {
      store.installer.completeInterrupted();
      DurableFiles.deleteTree(store.outgoing);
      DurableFiles.deleteTree(store.incoming);
      DurableFiles.createDirectories(store.outgoing);
      DurableFiles.createDirectories(store.incoming);
    } catch (IOException e) {
      throw StorageErrors.of(e, "opening the snapshots in " + directory);
    }
    return store;
  }

  @Override
  public Outgoing export(RangeId range, RecordReader records) {
    Path directory = outgoing.resolve(range.value() + "-" + names.incrementAndGet());
    try {
      Files.createDirectory(directory);
      Exported exported = state.export(range, records, directory, fileBytes);
      return new OutgoingFiles(directory, manifest(range, records, exported));
    } catch (IOException e) {
      discard(directory, e);
      throw StorageErrors.of(e, "taking a snapshot of range " + range);
    } catch (RuntimeException e) {
      discard(directory, e);
      throw e;
    }
  }

  @Override
  public Incoming receive(ReplicaKey replica, Manifest manifest) {
    SnapshotContents contents = SnapshotContents.of(manifest.files());
    Path directory =
        incoming.resolve(
            replica.range().value()
                + "-"
                + replica.replica().value()
                + "-"
                + names.incrementAndGet());
    try {
      Files.createDirectory(directory);
    } catch (IOException e) {
      throw StorageErrors.of(e, "receiving a snapshot for replica " + replica);
    }
    return new IncomingFiles(replica, manifest, contents, directory, installer);
  }

  private static Manifest manifest(RangeId range, RecordReader records, Exported exported)
      throws IOException {
    List<SnapshotFile> files = new ArrayList<>();
    for (Path file :
        Stream.concat(exported.versionFiles().stream(), exported.sideFiles().stream()).toList()) {
      files.add(new SnapshotFile(file.getFileName().toString(), Files.size(file), checksum(file)));
    }
    return new Manifest(
        range,
        exported.span(),
        records.applied(exported.appliedRecord()),
        exported.appliedRecord(),
        exported.descriptorRecord(),
        files);
  }

  private static int checksum(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(buffer.clear()) >= 0) {
        crc.update(buffer.flip());
      }
    }
    return (int) crc.getValue();
  }

  private static void discard(Path directory, Exception cause) {
    try {
      DurableFiles.deleteTree(directory);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
