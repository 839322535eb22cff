package dev.troupe.rocksdb.snapshot;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.rocksdb.engine.DurableFiles;
import dev.troupe.rocksdb.engine.StorageErrors;
import dev.troupe.rocksdb.mvcc.StateTransfer;
import dev.troupe.rocksdb.mvcc.StateTransfer.Exported;
import dev.troupe.rocksdb.raft.RocksRaftLogStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a received snapshot in place so that a crash at any moment leaves the old state with the old
 * log, or a marker from which the new state is completed at the next start.
 *
 * <p>Order: files synced → marker and new log in one synced write → state replaced and flushed →
 * marker removed → files deleted.
 */
final class SnapshotInstaller {
  private static final String LINKS = "links";

  private final Path incoming;
  private final RocksRaftLogStore log;
  private final StateTransfer state;
  private final InstallObserver observer;

  SnapshotInstaller(
      Path incoming, RocksRaftLogStore log, StateTransfer state, InstallObserver observer) {
    this.incoming = incoming;
    this.log = log;
    this.state = state;
    this.observer = observer;
  }

  /** The files lie complete and checked in the marker's directory. */
  void install(InstallMarker marker, LogPosition applied, HardState hardState) throws IOException {
    Path directory = incoming.resolve(marker.directory());
    for (Path file : files(marker)) {
      DurableFiles.syncFile(file);
    }
    DurableFiles.syncDirectory(directory);
    DurableFiles.syncDirectory(incoming);
    observer.after(InstallObserver.FILES_SYNCED);
    log.beginInstall(marker.replica(), applied, hardState, marker.encode());
    observer.after(InstallObserver.MARKER_WRITTEN);
    complete(marker);
  }

  /** Completes what crashes interrupted. To be called before anything else uses the store. */
  void completeInterrupted() throws IOException {
    for (byte[] bytes : log.unfinishedInstalls()) {
      InstallMarker marker = InstallMarker.decode(bytes);
      for (Path file : files(marker)) {
        if (!Files.exists(file)) {
          throw StorageErrors.corruption(
              "snapshot file "
                  + file
                  + " of replica "
                  + marker.replica()
                  + " is missing although its installation had begun");
        }
      }
      complete(marker);
    }
  }

  private void complete(InstallMarker marker) throws IOException {
    List<Path> links = links(marker);
    Exported replacement =
        new Exported(
            marker.span(),
            marker.appliedRecord(),
            marker.descriptorRecord(),
            marker.contents().versions(links),
            marker.contents().sides(links));
    state.replace(marker.replica().range(), replacement, step -> observer.after(step.toString()));
    log.finishInstall(marker.replica());
    observer.after(InstallObserver.MARKER_REMOVED);
    DurableFiles.deleteTree(incoming.resolve(marker.directory()));
  }

  /**
   * The database takes the files that it is given away. It gets links, so that they can be given
   * again when a crash loses what it made of them.
   */
  private List<Path> links(InstallMarker marker) throws IOException {
    Path links = incoming.resolve(marker.directory()).resolve(LINKS);
    DurableFiles.deleteTree(links);
    DurableFiles.createDirectories(links);
    List<Path> linked = new ArrayList<>();
    for (Path file : files(marker)) {
      linked.add(Files.createLink(links.resolve(file.getFileName()), file));
    }
    return linked;
  }

  private List<Path> files(InstallMarker marker) {
    Path directory = incoming.resolve(marker.directory());
    return marker.contents().names().stream().map(directory::resolve).toList();
  }
}
