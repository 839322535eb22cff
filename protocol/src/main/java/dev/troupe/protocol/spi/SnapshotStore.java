package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Whole-range snapshots as files. Everything blocks: snapshot threads only.
 *
 * <p>Taking: {@link #export} writes the range's state as of one moment. Receiving: {@link
 * #receive}, chunks in order, {@link Incoming#install}.
 */
public interface SnapshotStore {
  /** A file of a snapshot. */
  record SnapshotFile(String name, long bytes, int crc32c) {}

  /**
   * What a snapshot holds.
   *
   * @param applied position of the last entry whose effects it contains
   * @param appliedRecord the range's {@link StateStore.LocalRecord#APPLIED} bytes
   * @param descriptorRecord the range's {@link StateStore.LocalRecord#DESCRIPTOR} bytes
   * @param files in the order in which they are sent
   */
  record Manifest(
      RangeId range,
      KeySpan span,
      LogPosition applied,
      byte[] appliedRecord,
      byte[] descriptorRecord,
      List<SnapshotFile> files) {
    public long totalBytes() {
      return files.stream().mapToLong(SnapshotFile::bytes).sum();
    }
  }

  /** How the store reads the opaque local records while it takes a snapshot. */
  interface RecordReader {
    LogPosition applied(byte[] appliedRecord);

    KeySpan span(byte[] descriptorRecord);
  }

  /** A snapshot on its way out. Closing it deletes its files. */
  interface Outgoing extends AutoCloseable {
    Manifest manifest();

    /** Bytes of a file from an offset; shorter at its end. */
    byte[] read(int file, long offset, int maxBytes);

    @Override
    void close();
  }

  /** A snapshot on its way in. Closing it without installing deletes what came. */
  interface Incoming extends AutoCloseable {
    /** The next bytes of the files, in their order. */
    void append(int file, long offset, ByteBuffer bytes);

    /**
     * Checks sizes and checksums, then replaces the range's state, and the replica's log, by the
     * snapshot: after a crash at any moment either all of it is there or none.
     *
     * @throws dev.troupe.protocol.error.TroupeException with CORRUPTION when a checksum is wrong
     */
    void install(HardState hardState);

    @Override
    void close();
  }

  Outgoing export(RangeId range, RecordReader records);

  Incoming receive(ReplicaKey replica, Manifest manifest);
}
