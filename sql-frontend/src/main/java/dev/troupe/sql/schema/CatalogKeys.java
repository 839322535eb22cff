package dev.troupe.sql.schema;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where the catalog lies: under the table id 0, which no table has, below the rows of all tables
 * and so in ranges that transactions can write. After three bytes comes one that says what follows;
 * none of these is ever given another meaning.
 */
final class CatalogKeys {
  private static final Key CATALOG = Keyspace.TABLES.start().append(new byte[] {0, 0, 0});

  private static final int VERSION_TAG = 1;
  private static final int NEXT_ID_TAG = 2;
  private static final int ENTRY_TAG = 3;
  private static final int CHANGE_TAG = 4;
  private static final int POSITION_TAG = 5;
  private static final int GARBAGE_TAG = 6;
  private static final int DECOY_SECRET_TAG = 7;
  private static final int JOB_TAG = 8;
  private static final int STATISTICS_TAG = 9;
  private static final int LEASE_TAG = 10;

  private static final int SCHEMA_KIND = 1;
  private static final int RELATION_KIND = 2;
  private static final int ROLE_KIND = 3;
  private static final int COMMENT_KIND = 4;
  private static final int GRANT_KIND = 5;

  /** Number of the last change of the catalog. Read by every transaction. */
  static final Key VERSION = tag(VERSION_TAG);

  /** The next OID that was never given to anything. */
  static final Key NEXT_ID = tag(NEXT_ID_TAG);

  /** All {@link CatalogEntry entries}. */
  static final KeySpan ENTRIES = spanOf(tag(ENTRY_TAG));

  /** Data of dropped tables and indexes that is still to be deleted. */
  static final KeySpan GARBAGE = spanOf(tag(GARBAGE_TAG));

  /** From which verifiers of users who do not exist are derived. */
  static final Key DECOY_SECRET = tag(DECOY_SECRET_TAG);

  /** {@link SchemaJob Changes} that are still under way. */
  static final KeySpan JOBS = spanOf(tag(JOB_TAG));

  /** What was counted of tables. */
  static final KeySpan STATISTICS = spanOf(tag(STATISTICS_TAG));

  /** What nodes rely on. */
  static final KeySpan LEASES = spanOf(tag(LEASE_TAG));

  private CatalogKeys() {}

  /** Which entries a version changed. */
  static Key change(long version) {
    return tag(CHANGE_TAG).append(new ByteWriter(8).putLong(version).toBytes());
  }

  static Key schema(long id) {
    return entry(SCHEMA_KIND).append(new ByteWriter(8).putLong(id).toBytes());
  }

  static Key relation(long id) {
    return entry(RELATION_KIND).append(new ByteWriter(8).putLong(id).toBytes());
  }

  static Key role(long id) {
    return entry(ROLE_KIND).append(new ByteWriter(8).putLong(id).toBytes());
  }

  static Key comment(CommentTarget target) {
    return entry(COMMENT_KIND)
        .append(
            new ByteWriter(16)
                .putInt((int) target.classId())
                .putLong(target.object())
                .putInt(target.part())
                .toBytes());
  }

  /**
   * @param grantor empty: the owner
   */
  static Key grant(long object, String grantee, String grantor) {
    // No name has a zero in it.
    String names = grantor.isEmpty() ? grantee : grantee + '\0' + grantor;
    return entry(GRANT_KIND)
        .append(new ByteWriter(8).putLong(object).toBytes())
        .append(names.getBytes(StandardCharsets.UTF_8));
  }

  /** Not an entry: plans get better by it, and nothing else depends on it. */
  static Key statistics(long table) {
    return tag(STATISTICS_TAG).append(new ByteWriter(8).putLong(table).toBytes());
  }

  static long statisticsTable(Key key) {
    int prefix = tag(STATISTICS_TAG).length();
    return new ByteReader(key.bytes(), prefix, key.length() - prefix).readLong();
  }

  /** How far a sequence has come. Not an entry: it changes outside of the catalog's versions. */
  static Key position(long sequence) {
    return tag(POSITION_TAG).append(new ByteWriter(8).putLong(sequence).toBytes());
  }

  /** Not an entry either: it changes with each step of the work. */
  static Key job(long oid) {
    return tag(JOB_TAG).append(new ByteWriter(8).putLong(oid).toBytes());
  }

  /** Until when a node relies on the version in force. */
  static Key lease(int node) {
    return tag(LEASE_TAG).append(new ByteWriter(4).putInt(node).toBytes());
  }

  static int leaseHolder(Key key) {
    int prefix = tag(LEASE_TAG).length();
    return new ByteReader(key.bytes(), prefix, key.length() - prefix).readInt();
  }

  static Key garbage(KeySpan span) {
    return tag(GARBAGE_TAG).append(span.start().bytes());
  }

  /** What is left of a garbage record's key: where the span starts. */
  static Key garbageStart(Key record) {
    int prefix = tag(GARBAGE_TAG).length();
    return Key.wrap(Arrays.copyOfRange(record.bytes(), prefix, record.length()));
  }

  private static Key entry(int kind) {
    return tag(ENTRY_TAG).append(new byte[] {(byte) kind});
  }

  private static Key tag(int tag) {
    return CATALOG.append(new byte[] {(byte) tag});
  }

  private static KeySpan spanOf(Key prefix) {
    return new KeySpan(prefix, prefix.prefixEnd());
  }
}
