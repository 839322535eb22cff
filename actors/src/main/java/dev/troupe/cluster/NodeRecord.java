package dev.troupe.cluster;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Locality;
import dev.troupe.protocol.model.NodeId;

/**
 * What a node writes about itself into the system range whenever it starts.
 *
 * @param incarnation of its store: a node that finds a higher one runs on an old copy of its disk
 * @param locality where it stands
 */
public record NodeRecord(
    NodeId id,
    String storeId,
    long incarnation,
    long pid,
    String clusterAddress,
    String grpcAddress,
    String sqlAddress,
    String httpAddress,
    long startedAtMillis,
    String version,
    Locality locality) {
  /** Without a locality. */
  private static final int FIRST_FORMAT = 1;

  private static final int FORMAT = 2;

  byte[] encode() {
    return new ByteWriter(160)
        .putByte(FORMAT)
        .putVarInt(id.value())
        .putString(storeId)
        .putVarLong(incarnation)
        .putVarLong(pid)
        .putString(clusterAddress)
        .putString(grpcAddress)
        .putString(sqlAddress)
        .putString(httpAddress)
        .putVarLong(startedAtMillis)
        .putString(version)
        .putString(locality.toString())
        .toBytes();
  }

  static NodeRecord decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int format = in.readByte();
    if (format != FIRST_FORMAT && format != FORMAT) {
      throw new ByteReader.MalformedBytes("node record of format " + format + " is not known");
    }
    NodeRecord node =
        new NodeRecord(
            new NodeId(in.readVarInt()),
            in.readString(),
            in.readVarLong(),
            in.readVarLong(),
            in.readString(),
            in.readString(),
            in.readString(),
            in.readString(),
            in.readVarLong(),
            in.readString(),
            format == FIRST_FORMAT ? Locality.NOWHERE : Locality.parse(in.readString()));
    in.requireEnd();
    return node;
  }
}
