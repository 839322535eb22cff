package dev.troupe.rocksdb.snapshot;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.rocksdb.engine.StorageErrors;

/**
 * Everything needed to put a received snapshot in place once more after a crash. Stored in the log
 * database: golden-tested.
 *
 * @param directory name of the directory with the files, beneath that of incoming snapshots
 * @param contents which files it has
 */
record InstallMarker(
    ReplicaKey replica,
    String directory,
    SnapshotContents contents,
    KeySpan span,
    byte[] appliedRecord,
    byte[] descriptorRecord) {
  private static final int FORMAT = 2;

  /** Written before side records existed: one number of files, which hold versions. */
  private static final int FORMAT_VERSIONS_ONLY = 1;

  byte[] encode() {
    return new ByteWriter(128 + appliedRecord.length + descriptorRecord.length)
        .putByte(FORMAT)
        .putVarLong(replica.range().value())
        .putVarLong(replica.replica().value())
        .putString(directory)
        .putVarInt(contents.versionFiles())
        .putVarInt(contents.sideFiles())
        .putBytes(span.start().bytes())
        .putBytes(span.end().bytes())
        .putBytes(appliedRecord)
        .putBytes(descriptorRecord)
        .toBytes();
  }

  static InstallMarker decode(byte[] bytes) {
    try {
      ByteReader in = new ByteReader(bytes);
      int format = in.readByte();
      if (format != FORMAT && format != FORMAT_VERSIONS_ONLY) {
        throw new MalformedBytes("format " + format + " is not known to this version");
      }
      InstallMarker marker =
          new InstallMarker(
              RaftLogStore.key(in.readVarLong(), in.readVarLong()),
              in.readString(),
              new SnapshotContents(
                  in.readVarInt(), format == FORMAT_VERSIONS_ONLY ? 0 : in.readVarInt()),
              new KeySpan(Key.wrap(in.readBytes()), Key.wrap(in.readBytes())),
              in.readBytes(),
              in.readBytes());
      in.requireEnd();
      return marker;
    } catch (IllegalArgumentException e) {
      throw StorageErrors.corruption("marker of a snapshot's installation: " + e.getMessage());
    }
  }
}
