package dev.troupe.chaos.nodes;

import dev.troupe.chaos.nodes.StateContent.Change;
import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.SnapshotStore;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.StateStore.SideRecord;
import dev.troupe.protocol.spi.StateStore.Version;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Snapshots between {@link MemoryStateStore}s: one file, in a format of its own, cut into pieces by
 * the product's actors. An installation is there whole or not at all.
 */
final class MemorySnapshotStore implements SnapshotStore {
  private static final int VERSION = 1;
  private static final int SIDE = 2;
  private static final byte[] NO_NOTE = {};

  private final NodeWorld world;
  private final MemoryLogStore log;
  private final MemoryStateStore state;

  MemorySnapshotStore(NodeWorld world, MemoryLogStore log, MemoryStateStore state) {
    this.world = world;
    this.log = log;
    this.state = state;
  }

  @Override
  public Outgoing export(RangeId range, RecordReader records) {
    byte[] applied = Objects.requireNonNull(state.getLocal(range, LocalRecord.APPLIED));
    byte[] descriptor = Objects.requireNonNull(state.getLocal(range, LocalRecord.DESCRIPTOR));
    KeySpan span = records.span(descriptor);
    byte[] content = encode(state.content(), span);
    var file = new SnapshotFile("versions", content.length, checksum(content));
    var manifest =
        new Manifest(range, span, records.applied(applied), applied, descriptor, List.of(file));
    return new Outgoing() {
      @Override
      public Manifest manifest() {
        return manifest;
      }

      @Override
      public byte[] read(int number, long offset, int maxBytes) {
        int from = (int) offset;
        return Arrays.copyOfRange(content, from, Math.min(content.length, from + maxBytes));
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Incoming receive(ReplicaKey replica, Manifest manifest) {
    var content = new ByteWriter(64);
    return new Incoming() {
      @Override
      public void append(int file, long offset, ByteBuffer bytes) {
        Invariant.check(file == 0 && offset == content.size(), "a chunk is missing");
        byte[] chunk = new byte[bytes.remaining()];
        bytes.get(chunk);
        content.putRaw(chunk);
      }

      @Override
      public void install(HardState hardState) {
        MemorySnapshotStore.this.install(replica, manifest, content.toBytes(), hardState);
      }

      @Override
      public void close() {}
    };
  }

  private void install(ReplicaKey replica, Manifest manifest, byte[] bytes, HardState hardState) {
    SnapshotFile file = manifest.files().getFirst();
    Invariant.check(
        bytes.length == file.bytes() && checksum(bytes) == file.crc32c(),
        "a snapshot of %s was damaged on its way",
        replica);
    world.coverage().reached(NodeRare.SNAPSHOT_INSTALLED);
    log.install(replica, hardState, manifest.applied());
    List<Change> content = decode(bytes);
    content.add(new Change.Local(manifest.range(), LocalRecord.APPLIED, manifest.appliedRecord()));
    content.add(
        new Change.Local(manifest.range(), LocalRecord.DESCRIPTOR, manifest.descriptorRecord()));
    state.replace(manifest.range(), manifest.span(), content);
  }

  private static SideKind kind(int number) {
    for (SideKind kind : SideKind.values()) {
      if (kind.number() == number) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no kind of side record: " + number);
  }

  private static int checksum(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static byte[] encode(StateContent state, KeySpan span) {
    var out = new ByteWriter(1024);
    // A file has at least one byte: an empty one would need no chunk.
    out.putByte(1);
    state
        .versions(span)
        .forEach(
            (key, known) ->
                known.forEach(
                    (at, version) -> {
                      byte[] value = version.value();
                      out.putByte(VERSION).putBytes(key.bytes()).putLong(at.value());
                      out.putBoolean(value != null);
                      if (value != null) {
                        out.putBytes(value);
                      }
                      byte[] note = state.notes(key).get(at);
                      out.putBytes(note == null ? NO_NOTE : note);
                    }));
    for (SideRecord record : state.sides(span)) {
      out.putByte(SIDE).putBytes(record.key().bytes()).putByte(record.kind().number());
      out.putBytes(record.id()).putBytes(record.value());
    }
    return out.toBytes();
  }

  private static List<Change> decode(byte[] bytes) {
    var in = new ByteReader(bytes);
    var changes = new ArrayList<Change>();
    Invariant.check(in.readByte() == 1, "a snapshot of an unknown format");
    while (in.remaining() > 0) {
      int what = in.readByte();
      Key key = Key.wrap(in.readBytes());
      if (what == SIDE) {
        SideKind kind = kind(in.readByte());
        changes.add(new Change.PutSide(new SideRecord(key, kind, in.readBytes(), in.readBytes())));
      } else {
        Timestamp at = new Timestamp(in.readLong());
        byte[] value = in.readBoolean() ? in.readBytes() : null;
        byte[] note = in.readBytes();
        changes.add(new Change.Write(key, new Version(at, value), note.length == 0 ? null : note));
      }
    }
    return changes;
  }
}
