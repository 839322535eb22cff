package dev.troupe.protocol.codec;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The map of the key space, by first byte: {@code 0x01} system ({@code /sys}), {@code 0x02} gRPC
 * key-value ({@code /k}), {@code 0x03} SQL tables ({@code /t}).
 */
public final class Keyspace {
  private static final byte SYSTEM_TAG = 0x01;
  private static final byte KV_TAG = 0x02;
  private static final byte TABLE_TAG = 0x03;

  public static final KeySpan SYSTEM = tagged(SYSTEM_TAG);
  public static final KeySpan KV = tagged(KV_TAG);
  public static final KeySpan TABLES = tagged(TABLE_TAG);

  /** SQL's catalog lies below all of its tables, and is read by every transaction. */
  public static final KeySpan CATALOG =
      new KeySpan(TABLES.start(), TABLES.start().append(new byte[] {1}));

  /** Descriptors of ranges, each under its range's end key. */
  public static final KeySpan META = prefix(system("meta/"));

  public static final KeySpan NODES = prefix(system("node/"));

  /** What operators want of nodes for good, each under its id. */
  public static final KeySpan STANDINGS = prefix(system("standing/"));

  public static final Key NEXT_NODE_ID = system("id/node");
  public static final Key NEXT_RANGE_ID = system("id/range");
  public static final Key CLUSTER = system("cluster");

  /** Who gives out timestamps, and up to which one. */
  public static final Key ORACLE = system("oracle");

  /** Timestamps as of which something is still to be read, each under its protection's name. */
  public static final KeySpan PROTECTED = prefix(system("protected/"));

  /** Borders of ranges that were made by hand, each under its key. */
  public static final KeySpan BORDERS = prefix(system("border/"));

  /** What happened in the cluster, in the order of time. */
  public static final KeySpan EVENTS = prefix(system("event/"));

  /** What was said about the replicas of spans of keys, each under the first key of its span. */
  public static final KeySpan ZONES = prefix(system("zone/"));

  private static final int NAMESPACE_MAX_BYTES = 255;

  private Keyspace() {}

  /** Where the descriptor of the range that ends at a key is kept. */
  public static Key meta(Key rangeEnd) {
    return META.start().append(rangeEnd.bytes());
  }

  /** Lookup of the range that holds a key starts here: the first record at or above it. */
  public static Key metaLookup(Key key) {
    return META.start().append(key.next().bytes());
  }

  public static Key node(NodeId node) {
    return NODES.start().append(new ByteWriter(4).putInt(node.value()).toBytes());
  }

  public static Key standing(NodeId node) {
    return STANDINGS.start().append(new ByteWriter(4).putInt(node.value()).toBytes());
  }

  /** The node under whose id a standing is kept. */
  public static NodeId nodeOfStanding(Key standing) {
    int prefix = STANDINGS.start().length();
    byte[] id = Arrays.copyOfRange(standing.bytes(), prefix, standing.length());
    return new NodeId(new ByteReader(id).readInt());
  }

  /** Which node id a data directory was given, so that a repeated request gets the same one. */
  public static Key store(String storeId) {
    return system("store/").append(storeId.getBytes(StandardCharsets.UTF_8));
  }

  public static Key protection(String name) {
    return PROTECTED.start().append(name.getBytes(StandardCharsets.UTF_8));
  }

  /** Where it is kept that a key is a border because somebody wanted it to be one. */
  public static Key border(Key key) {
    return BORDERS.start().append(key.bytes());
  }

  /** The border that a record is about. */
  public static Key borderOf(Key record) {
    return Key.wrap(Arrays.copyOfRange(record.bytes(), BORDERS.start().length(), record.length()));
  }

  /** An event of a moment, the number-th of a node's. */
  public static Key event(long millis, NodeId by, int number) {
    return EVENTS
        .start()
        .append(new ByteWriter(16).putLong(millis).putInt(by.value()).putInt(number).toBytes());
  }

  public static Key zone(KeySpan of) {
    return ZONES.start().append(of.start().bytes());
  }

  /** Where the span of a zone begins that is kept under a key. */
  public static Key startOfZone(Key zone) {
    return Key.wrap(Arrays.copyOfRange(zone.bytes(), ZONES.start().length(), zone.length()));
  }

  /** Who does a job that only one node should do at a time. */
  public static Key lease(String role) {
    return system("lease/").append(role.getBytes(StandardCharsets.UTF_8));
  }

  /** A sign of life of who holds the lease of a role. */
  public static Key leaseBeat(String role) {
    return system("lease-beat/").append(role.getBytes(StandardCharsets.UTF_8));
  }

  /** How far the events of a persistent actor go. */
  public static Key journalHead(String persistenceId) {
    return system("journal/head/").append(persistenceId.getBytes(StandardCharsets.UTF_8));
  }

  /** The events of a persistent actor, whose id has no zero in it. */
  public static KeySpan journalEvents(String persistenceId) {
    return prefix(terminated("journal/event/", persistenceId));
  }

  public static Key journalEvent(String persistenceId, long sequenceNr) {
    return numbered(journalEvents(persistenceId), sequenceNr);
  }

  public static KeySpan journalSnapshots(String persistenceId) {
    return prefix(terminated("journal/snapshot/", persistenceId));
  }

  public static Key journalSnapshot(String persistenceId, long sequenceNr) {
    return numbered(journalSnapshots(persistenceId), sequenceNr);
  }

  public static boolean isMeta(Key key) {
    return META.contains(key);
  }

  /** A namespace's keys: its name's length, its name, then the user's bytes. */
  public static Key kv(String namespace, byte[] userKey) {
    return kvPrefix(namespace).append(userKey);
  }

  public static KeySpan kvNamespace(String namespace) {
    return prefix(kvPrefix(namespace));
  }

  /** The bytes that a user gave, out of a stored key of the namespace. */
  public static byte[] userKey(String namespace, Key stored) {
    int prefix = kvPrefix(namespace).length();
    return Arrays.copyOfRange(stored.bytes(), prefix, stored.length());
  }

  public static Key kvPrefix(String namespace) {
    byte[] name = namespace.getBytes(StandardCharsets.UTF_8);
    if (name.length == 0 || name.length > NAMESPACE_MAX_BYTES) {
      throw new IllegalArgumentException("a namespace has 1 to 255 bytes, this one " + name.length);
    }
    return Key.wrap(
        new ByteWriter(name.length + 2)
            .putByte(KV_TAG)
            .putByte(name.length)
            .putRaw(name)
            .toBytes());
  }

  /** Unused ids start here; lower ones are given to the ranges of a new cluster. */
  public static RangeId firstFreeRange() {
    return new RangeId(100);
  }

  private static Key system(String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    return Key.wrap(new ByteWriter(text.length + 1).putByte(SYSTEM_TAG).putRaw(text).toBytes());
  }

  private static Key terminated(String prefix, String name) {
    return system(prefix).append((name + '\0').getBytes(StandardCharsets.UTF_8));
  }

  private static Key numbered(KeySpan span, long number) {
    return span.start().append(new ByteWriter(8).putLong(number).toBytes());
  }

  private static KeySpan prefix(Key prefix) {
    return new KeySpan(prefix, prefix.prefixEnd());
  }

  private static KeySpan tagged(byte tag) {
    return prefix(Key.wrap(new byte[] {tag}));
  }
}
