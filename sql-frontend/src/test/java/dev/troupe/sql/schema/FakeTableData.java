package dev.troupe.sql.schema;

import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.kv.KvCursor;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows without content, and a record of what the schema wants done with them. */
final class FakeTableData implements TableData {
  private final KvTransaction transaction;

  /** What was asked for, in words. */
  final List<String> asked = new ArrayList<>();

  /** Answers to queries that are not empty: a part of the query. */
  @Nullable String found;

  FakeTableData(KvTransaction transaction) {
    this.transaction = transaction;
  }

  static Key row(TableDescriptor table, int number) {
    return prefix(table.id(), table.primary().id()).append(new byte[] {(byte) number});
  }

  private static Key prefix(long table, int index) {
    return Keyspace.TABLES
        .start()
        .append(new ByteWriter(12).putInt((int) table).putInt(index).toBytes());
  }

  void addRow(TableDescriptor table, int number) {
    transaction.put(row(table, number), new byte[] {1});
  }

  @Override
  public KeySpan spanOf(long table) {
    Key prefix = Keyspace.TABLES.start().append(new ByteWriter(4).putInt((int) table).toBytes());
    return new KeySpan(prefix, prefix.prefixEnd());
  }

  @Override
  public KeySpan spanOf(long table, int index) {
    Key prefix = prefix(table, index);
    return new KeySpan(prefix, prefix.prefixEnd());
  }

  @Override
  public boolean isEmpty(TableDescriptor table) {
    KeySpan rows = spanOf(table.id(), table.primary().id());
    try (KvCursor cursor = transaction.scan(rows, false, true, 1, Lock.NONE)) {
      return cursor.next() == null;
    }
  }

  @Override
  public void fillIndex(TableDescriptor table, IndexDescriptor index) {
    asked.add("fill " + index.name());
  }

  @Override
  public void move(TableDescriptor from, TableDescriptor to) {
    asked.add("move " + from.name() + " to " + to.primary().name());
  }

  @Override
  public @Nullable Object @Nullable [] firstRow(String query) {
    asked.add(query);
    String part = found;
    return part != null && query.contains(part) ? new Object[] {"5"} : null;
  }

  @Override
  public void run(String statement) {
    asked.add(statement);
  }

  @Override
  public long fill(TableDescriptor table, Statement query) {
    asked.add("fill " + table.name());
    return 7;
  }
}
