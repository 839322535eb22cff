package dev.troupe.rocksdb.snapshot;

import dev.troupe.protocol.spi.SnapshotStore.Manifest;
import dev.troupe.protocol.spi.SnapshotStore.Outgoing;
import dev.troupe.rocksdb.engine.DurableFiles;
import dev.troupe.rocksdb.engine.StorageErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files of a snapshot that was taken. Not thread-safe. */
final class OutgoingFiles implements Outgoing {
  private final Path directory;
  private final Manifest manifest;

  OutgoingFiles(Path directory, Manifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  @Override
  public Manifest manifest() {
    return manifest;
  }

  @Override
  public byte[] read(int file, long offset, int maxBytes) {
    Path path = directory.resolve(manifest.files().get(file).name());
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long left = Math.max(0, channel.size() - offset);
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(maxBytes, left));
      while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
        // Until it is full: a channel may give less than asked for.
      }
      byte[] read = new byte[bytes.position()];
      bytes.flip().get(read);
      return read;
    } catch (IOException e) {
      throw StorageErrors.of(e, "reading snapshot file " + path);
    }
  }

  @Override
  public void close() {
    try {
      DurableFiles.deleteTree(directory);
    } catch (IOException e) {
      throw StorageErrors.of(e, "deleting the snapshot in " + directory);
    }
  }
}
