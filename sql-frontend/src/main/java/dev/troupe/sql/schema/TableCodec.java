package dev.troupe.sql.schema;

import static dev.troupe.sql.schema.RecordFields.putList;
import static dev.troupe.sql.schema.RecordFields.putOptional;
import static dev.troupe.sql.schema.RecordFields.readEnum;
import static dev.troupe.sql.schema.RecordFields.readList;
import static dev.troupe.sql.schema.RecordFields.readOptional;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;

/** Bytes of tables, the first layout of them. */
final class TableCodec {
  private TableCodec() {}

  static void put(ByteWriter out, TableDescriptor table) {
    out.putVarLong(table.id())
        .putString(table.schema())
        .putString(table.name())
        .putVarLong(table.version())
        .putString(table.owner());
    putList(out, table.columns(), TableCodec::putColumn);
    out.putVarInt(table.nextColumnId());
    putIndex(out, table.primary());
    putList(out, table.indexes(), TableCodec::putIndex);
    out.putVarInt(table.nextIndexId());
    putList(out, table.checks(), TableCodec::putCheck);
    putList(out, table.foreignKeys(), TableCodec::putForeignKey);
    putList(out, table.referencedBy(), ByteWriter::putVarLong);
  }

  static TableDescriptor read(ByteReader in) {
    return new TableDescriptor(
        in.readVarLong(),
        in.readString(),
        in.readString(),
        in.readVarLong(),
        in.readString(),
        readList(in, TableCodec::readColumn),
        in.readVarInt(),
        readIndex(in),
        readList(in, TableCodec::readIndex),
        in.readVarInt(),
        readList(in, TableCodec::readCheck),
        readList(in, TableCodec::readForeignKey),
        readList(in, ByteReader::readVarLong));
  }

  private static void putColumn(ByteWriter out, ColumnDescriptor column) {
    out.putVarInt(column.id()).putString(column.name());
    ConstantCodec.putType(out, column.type());
    out.putBoolean(column.nullable());
    putOptional(out, column.defaultSql());
    putOptional(out, column.generatedSql());
    out.putByte(column.identity().ordinal()).putVarLong(column.sequence());
    ConstantCodec.putValue(out, column.missing());
    out.putBoolean(column.hidden()).putByte(column.state().ordinal());
  }

  private static ColumnDescriptor readColumn(ByteReader in) {
    return new ColumnDescriptor(
        in.readVarInt(),
        in.readString(),
        ConstantCodec.readType(in),
        in.readBoolean(),
        readOptional(in),
        readOptional(in),
        readEnum(in, ColumnDescriptor.Identity.values()),
        in.readVarLong(),
        ConstantCodec.readValue(in),
        in.readBoolean(),
        readEnum(in, ElementState.values()));
  }

  private static void putIndex(ByteWriter out, IndexDescriptor index) {
    out.putVarInt(index.id())
        .putVarLong(index.oid())
        .putString(index.name())
        .putBoolean(index.unique())
        .putBoolean(index.primary())
        .putBoolean(index.constraint());
    putList(out, index.keys(), TableCodec::putIndexKey);
    putList(out, index.included(), ByteWriter::putVarInt);
    putOptional(out, index.predicateSql());
    out.putByte(index.state().ordinal());
  }

  private static IndexDescriptor readIndex(ByteReader in) {
    return new IndexDescriptor(
        in.readVarInt(),
        in.readVarLong(),
        in.readString(),
        in.readBoolean(),
        in.readBoolean(),
        in.readBoolean(),
        readList(in, TableCodec::readIndexKey),
        readList(in, ByteReader::readVarInt),
        readOptional(in),
        readEnum(in, ElementState.values()));
  }

  private static void putIndexKey(ByteWriter out, IndexDescriptor.Key key) {
    out.putVarInt(key.column()).putBoolean(key.descending()).putBoolean(key.nullsFirst());
  }

  private static IndexDescriptor.Key readIndexKey(ByteReader in) {
    return new IndexDescriptor.Key(in.readVarInt(), in.readBoolean(), in.readBoolean());
  }

  private static void putCheck(ByteWriter out, CheckConstraint check) {
    out.putVarLong(check.oid())
        .putString(check.name())
        .putString(check.sql())
        .putBoolean(check.validated());
  }

  private static CheckConstraint readCheck(ByteReader in) {
    return new CheckConstraint(
        in.readVarLong(), in.readString(), in.readString(), in.readBoolean());
  }

  private static void putForeignKey(ByteWriter out, ForeignKey key) {
    out.putVarLong(key.oid()).putString(key.name());
    putList(out, key.columns(), ByteWriter::putVarInt);
    out.putVarLong(key.table());
    putList(out, key.references(), ByteWriter::putVarInt);
    out.putByte(key.onDelete().ordinal())
        .putByte(key.onUpdate().ordinal())
        .putBoolean(key.deferrable())
        .putBoolean(key.initiallyDeferred())
        .putBoolean(key.validated());
  }

  private static ForeignKey readForeignKey(ByteReader in) {
    return new ForeignKey(
        in.readVarLong(),
        in.readString(),
        readList(in, ByteReader::readVarInt),
        in.readVarLong(),
        readList(in, ByteReader::readVarInt),
        readEnum(in, ForeignKey.Action.values()),
        readEnum(in, ForeignKey.Action.values()),
        in.readBoolean(),
        in.readBoolean(),
        in.readBoolean());
  }
}
