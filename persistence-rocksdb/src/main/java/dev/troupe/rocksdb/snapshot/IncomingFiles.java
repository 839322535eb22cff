package dev.troupe.rocksdb.snapshot;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.SnapshotStore.Incoming;
import dev.troupe.protocol.spi.SnapshotStore.Manifest;
import dev.troupe.protocol.spi.SnapshotStore.SnapshotFile;
import dev.troupe.rocksdb.engine.DurableFiles;
import dev.troupe.rocksdb.engine.StorageErrors;
import dev.troupe.rocksdb.mvcc.StateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Files of a snapshot as they come in, checked on the way. Not thread-safe. */
final class IncomingFiles implements Incoming {
  private final ReplicaKey replica;
  private final Manifest manifest;
  private final SnapshotContents contents;
  private final Path directory;
  private final SnapshotInstaller installer;
  private final List<Path> complete = new ArrayList<>();
  private final CRC32C crc = new CRC32C();
  private @Nullable FileChannel channel;
  private long received;
  private boolean installing;

  IncomingFiles(
      ReplicaKey replica,
      Manifest manifest,
      SnapshotContents contents,
      Path directory,
      SnapshotInstaller installer) {
    this.replica = replica;
    this.manifest = manifest;
    this.contents = contents;
    this.directory = directory;
    this.installer = installer;
  }

  @Override
  public void append(int file, long offset, ByteBuffer bytes) {
    requireNext(file, offset, bytes.remaining());
    try {
      write(bytes);
      if (received == manifest.files().get(file).bytes()) {
        completeFile();
      }
    } catch (IOException e) {
      throw StorageErrors.of(e, "receiving " + describe());
    }
  }

  @Override
  public void install(HardState hardState) {
    Invariant.check(!installing, "%s is installed already", describe());
    if (complete.size() < manifest.files().size()) {
      throw new TroupeException(
          ErrorCode.INVALID_ARGUMENT,
          describe()
              + " is incomplete: "
              + complete.size()
              + " of "
              + manifest.files().size()
              + " files came; send it again");
    }
    StateFiles.requireWithin(manifest.span(), contents.versions(complete));
    StateFiles.requireWithin(manifest.span(), contents.sides(complete));
    installing = true;
    InstallMarker marker =
        new InstallMarker(
            replica,
            directory.getFileName().toString(),
            contents,
            manifest.span(),
            manifest.appliedRecord(),
            manifest.descriptorRecord());
    try {
      installer.install(marker, manifest.applied(), hardState);
    } catch (IOException e) {
      throw StorageErrors.of(e, "installing " + describe());
    }
  }

  /** Keeps the files once an installation has begun: the next start may need them. */
  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
        channel = null;
      }
      if (!installing) {
        DurableFiles.deleteTree(directory);
      }
    } catch (IOException e) {
      throw StorageErrors.of(e, "deleting " + describe());
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    FileChannel into = channel;
    if (into == null) {
      into = FileChannel.open(nextPath(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      channel = into;
    }
    received += bytes.remaining();
    crc.update(bytes.duplicate());
    while (bytes.hasRemaining()) {
      into.write(bytes);
    }
  }

  private void completeFile() throws IOException {
    SnapshotFile expected = manifest.files().get(complete.size());
    if ((int) crc.getValue() != expected.crc32c()) {
      throw StorageErrors.corruption(
          "file " + expected.name() + " of " + describe() + ", its checksum is wrong");
    }
    if (channel != null) {
      channel.close();
      channel = null;
    }
    complete.add(nextPath());
    crc.reset();
    received = 0;
  }

  private Path nextPath() {
    return directory.resolve(contents.names().get(complete.size()));
  }

  private void requireNext(int file, long offset, int length) {
    boolean inOrder = file == complete.size() && offset == received;
    if (installing || !inOrder || file >= manifest.files().size()) {
      throw new TroupeException(
          ErrorCode.INVALID_ARGUMENT,
          describe()
              + " expects file "
              + complete.size()
              + " at "
              + received
              + ", not file "
              + file
              + " at "
              + offset);
    }
    if (length > manifest.files().get(file).bytes() - received) {
      throw StorageErrors.corruption(
          "file " + file + " of " + describe() + " is longer than announced");
    }
  }

  private String describe() {
    return "the snapshot at " + manifest.applied() + " for replica " + replica;
  }
}
