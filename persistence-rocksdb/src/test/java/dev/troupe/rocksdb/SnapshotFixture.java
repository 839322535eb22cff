package dev.troupe.rocksdb;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.SnapshotStore.Incoming;
import dev.troupe.protocol.spi.SnapshotStore.Outgoing;
import dev.troupe.protocol.spi.SnapshotStore.RecordReader;
import dev.troupe.protocol.spi.StateStore.Batch;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.Scan;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.StateStore.SideRecord;
import dev.troupe.protocol.spi.StateStore.SideScan;
import dev.troupe.protocol.spi.StateStore.Version;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Local records of a made-up form, and snapshots between test stores. */
public final class SnapshotFixture {
  private static final int CHUNK_BYTES = 1000;

  public static final RecordReader RECORDS =
      new RecordReader() {
        @Override
        public LogPosition applied(byte[] appliedRecord) {
          ByteReader in = new ByteReader(appliedRecord);
          return new LogPosition(in.readLong(), in.readLong());
        }

        @Override
        public KeySpan span(byte[] descriptorRecord) {
          ByteReader in = new ByteReader(descriptorRecord);
          return new KeySpan(Key.wrap(in.readBytes()), Key.wrap(in.readBytes()));
        }
      };

  private SnapshotFixture() {}

  public static byte[] appliedRecord(LogPosition applied) {
    return new ByteWriter(16).putLong(applied.index()).putLong(applied.term()).toBytes();
  }

  public static void putState(TestStore store, RangeId range, KeySpan span, LogPosition applied) {
    byte[] descriptor =
        new ByteWriter(16).putBytes(span.start().bytes()).putBytes(span.end().bytes()).toBytes();
    try (Batch batch = store.engine.state().newBatch()) {
      batch.putLocal(range, LocalRecord.APPLIED, appliedRecord(applied));
      batch.putLocal(range, LocalRecord.DESCRIPTOR, descriptor);
      batch.commit();
    }
  }

  public static @Nullable LogPosition applied(TestStore store, RangeId range) {
    byte[] record = store.engine.state().getLocal(range, LocalRecord.APPLIED);
    return record == null ? null : RECORDS.applied(record);
  }

  public static void transfer(
      TestStore from, TestStore to, ReplicaKey replica, HardState hardState) {
    try (Outgoing outgoing = from.engine.snapshots().export(replica.range(), RECORDS)) {
      receive(outgoing, to, replica, hardState);
    }
  }

  public static void receive(
      Outgoing outgoing, TestStore to, ReplicaKey replica, HardState hardState) {
    try (Incoming incoming = to.engine.snapshots().receive(replica, outgoing.manifest())) {
      for (int file = 0; file < outgoing.manifest().files().size(); file++) {
        long offset = 0;
        for (byte[] chunk = outgoing.read(file, 0, CHUNK_BYTES);
            chunk.length > 0;
            chunk = outgoing.read(file, offset, CHUNK_BYTES)) {
          incoming.append(file, offset, ByteBuffer.wrap(chunk));
          offset += chunk.length;
        }
      }
      incoming.install(hardState);
    }
  }

  public static @Nullable Version newest(TestStore store, String key) {
    return store.engine.state().newest(Key.of(key), Timestamp.MAX, ReadMode.MAY_BLOCK);
  }

  /** All versions that can be read at timestamps up to 20, deletions of visible keys included. */
  public static List<String> versions(TestStore store) {
    TreeSet<Key> keys = new TreeSet<>();
    for (long at = 0; at < 20; at++) {
      try (Scan scan = store.engine.state().scan(KeySpan.ALL, new Timestamp(at), false)) {
        while (scan.next()) {
          keys.add(scan.key());
        }
      }
    }
    List<String> versions = new ArrayList<>();
    for (Key key : keys) {
      Version version = store.engine.state().newest(key, Timestamp.MAX, ReadMode.MAY_BLOCK);
      while (version != null) {
        long at = version.timestamp().value();
        versions.add(key + "@" + at + text(version));
        version =
            at == 0
                ? null
                : store.engine.state().newest(key, new Timestamp(at - 1), ReadMode.MAY_BLOCK);
      }
    }
    return versions;
  }

  /** All side records, as text. */
  public static List<String> sides(TestStore store) {
    List<String> sides = new ArrayList<>();
    try (SideScan scan = store.engine.state().scanSide(KeySpan.ALL)) {
      while (scan.next()) {
        SideRecord side = scan.record();
        sides.add(
            side.key() + "/" + side.kind() + "/" + text(side.id()) + "=" + text(side.value()));
      }
    }
    return sides;
  }

  public static void putSide(TestStore store, String key, SideKind kind, String id, String value) {
    try (Batch batch = store.engine.state().newBatch()) {
      batch.putSide(Key.of(key), kind, TestStore.bytes(id), TestStore.bytes(value));
      batch.commit();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String text(Version version) {
    return version.isDeletion() ? " deleted" : "=" + text(Objects.requireNonNull(version.value()));
  }
}
