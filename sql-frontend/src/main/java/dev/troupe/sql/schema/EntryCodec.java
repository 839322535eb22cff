package dev.troupe.sql.schema;

import static dev.troupe.sql.schema.RecordFields.putList;
import static dev.troupe.sql.schema.RecordFields.putOptional;
import static dev.troupe.sql.schema.RecordFields.readList;
import static dev.troupe.sql.schema.RecordFields.readOptional;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;

/**
 * Bytes of the catalog's entries. They begin with a number that says what follows and how it is
 * laid out: a change of the layout takes a new number, and the old ones stay readable.
 */
final class EntryCodec {
  private static final int SCHEMA_1 = 1;
  private static final int TABLE_1 = 2;
  private static final int VIEW_1 = 3;
  private static final int SEQUENCE_1 = 4;
  private static final int ROLE_1 = 5;
  private static final int COMMENT_1 = 6;
  private static final int GRANT_1 = 7;

  // 8 was of statistics, which are no entries; it is not to be used again.

  private static final int GRANT_2 = 9;

  private EntryCodec() {}

  static byte[] encode(CatalogEntry entry) {
    ByteWriter out = new ByteWriter(256);
    switch (entry) {
      case CatalogEntry.OfSchema of -> putSchema(out.putByte(SCHEMA_1), of.schema());
      case CatalogEntry.OfRelation of -> putRelation(out, of.relation());
      case CatalogEntry.OfRole of -> putRole(out.putByte(ROLE_1), of.role());
      case CatalogEntry.OfComment of -> putComment(out.putByte(COMMENT_1), of);
      case CatalogEntry.OfGrant of -> putGrant(out.putByte(GRANT_2), of.grant());
    }
    return out.toBytes();
  }

  /**
   * @throws MalformedBytes when these are not an entry's bytes
   */
  static CatalogEntry decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int layout = in.readByte();
    CatalogEntry entry =
        switch (layout) {
          case SCHEMA_1 -> new CatalogEntry.OfSchema(readSchema(in));
          case TABLE_1 -> new CatalogEntry.OfRelation(TableCodec.read(in));
          case VIEW_1 -> new CatalogEntry.OfRelation(readView(in));
          case SEQUENCE_1 -> new CatalogEntry.OfRelation(readSequence(in));
          case ROLE_1 -> new CatalogEntry.OfRole(readRole(in));
          case COMMENT_1 -> readComment(in);
          case GRANT_1 -> new CatalogEntry.OfGrant(readGrantOfOwner(in));
          case GRANT_2 -> new CatalogEntry.OfGrant(readGrant(in));
          default -> throw new MalformedBytes("no layout of catalog entries: " + layout);
        };
    if (in.remaining() != 0) {
      throw new MalformedBytes(in.remaining() + " bytes behind the entry " + entry.key());
    }
    return entry;
  }

  private static void putRelation(ByteWriter out, Relation relation) {
    switch (relation) {
      case TableDescriptor table -> TableCodec.put(out.putByte(TABLE_1), table);
      case ViewDescriptor view -> putView(out.putByte(VIEW_1), view);
      case SequenceDescriptor sequence -> putSequence(out.putByte(SEQUENCE_1), sequence);
      case VirtualTable virtual ->
          throw new IllegalArgumentException(virtual.name() + " is not kept");
    }
  }

  private static void putSchema(ByteWriter out, SchemaDescriptor schema) {
    out.putVarLong(schema.id()).putString(schema.name()).putString(schema.owner());
  }

  private static SchemaDescriptor readSchema(ByteReader in) {
    return new SchemaDescriptor(in.readVarLong(), in.readString(), in.readString());
  }

  private static void putView(ByteWriter out, ViewDescriptor view) {
    out.putVarLong(view.id())
        .putString(view.schema())
        .putString(view.name())
        .putVarLong(view.version())
        .putString(view.owner())
        .putString(view.sql());
    putList(out, view.columnNames(), ByteWriter::putString);
    putList(out, view.columnTypes(), ConstantCodec::putType);
    putList(out, view.dependsOn(), ByteWriter::putVarLong);
  }

  private static ViewDescriptor readView(ByteReader in) {
    return new ViewDescriptor(
        in.readVarLong(),
        in.readString(),
        in.readString(),
        in.readVarLong(),
        in.readString(),
        in.readString(),
        readList(in, ByteReader::readString),
        readList(in, ConstantCodec::readType),
        readList(in, ByteReader::readVarLong));
  }

  private static void putSequence(ByteWriter out, SequenceDescriptor sequence) {
    out.putVarLong(sequence.id())
        .putString(sequence.schema())
        .putString(sequence.name())
        .putVarLong(sequence.version())
        .putString(sequence.owner());
    ConstantCodec.putType(out, sequence.type());
    out.putLong(sequence.start())
        .putLong(sequence.increment())
        .putLong(sequence.minimum())
        .putLong(sequence.maximum())
        .putLong(sequence.cache())
        .putBoolean(sequence.cycle())
        .putVarLong(sequence.ownerTable())
        .putVarInt(sequence.ownerColumn());
  }

  private static SequenceDescriptor readSequence(ByteReader in) {
    return new SequenceDescriptor(
        in.readVarLong(),
        in.readString(),
        in.readString(),
        in.readVarLong(),
        in.readString(),
        ConstantCodec.readType(in),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readBoolean(),
        in.readVarLong(),
        in.readVarInt());
  }

  private static void putRole(ByteWriter out, Role role) {
    out.putVarLong(role.id())
        .putString(role.name())
        .putBoolean(role.login())
        .putBoolean(role.superuser())
        .putBoolean(role.createRole())
        .putBoolean(role.createDatabase())
        .putBoolean(role.inherit());
    putOptional(out, role.secret());
    out.putInt(role.connectionLimit());
    putOptional(out, role.validUntil());
    putList(out, role.memberOf(), ByteWriter::putString);
    putList(out, role.settings(), ByteWriter::putString);
  }

  private static Role readRole(ByteReader in) {
    return new Role(
        in.readVarLong(),
        in.readString(),
        in.readBoolean(),
        in.readBoolean(),
        in.readBoolean(),
        in.readBoolean(),
        in.readBoolean(),
        readOptional(in),
        in.readInt(),
        readOptional(in),
        readList(in, ByteReader::readString),
        readList(in, ByteReader::readString));
  }

  private static void putComment(ByteWriter out, CatalogEntry.OfComment comment) {
    out.putVarLong(comment.target().classId())
        .putVarLong(comment.target().object())
        .putVarInt(comment.target().part())
        .putString(comment.text());
  }

  private static CatalogEntry readComment(ByteReader in) {
    CommentTarget target = new CommentTarget(in.readVarLong(), in.readVarLong(), in.readVarInt());
    return new CatalogEntry.OfComment(target, in.readString());
  }

  private static void putGrant(ByteWriter out, Grant grant) {
    out.putVarLong(grant.object()).putString(grant.grantee()).putString(grant.grantor());
    putList(out, grant.privileges(), ByteWriter::putString);
    putList(out, grant.grantable(), ByteWriter::putString);
  }

  private static Grant readGrant(ByteReader in) {
    return new Grant(
        in.readVarLong(),
        in.readString(),
        in.readString(),
        readList(in, ByteReader::readString),
        readList(in, ByteReader::readString));
  }

  /** All grants were the owner's at first. */
  private static Grant readGrantOfOwner(ByteReader in) {
    return new Grant(
        in.readVarLong(),
        in.readString(),
        "",
        readList(in, ByteReader::readString),
        readList(in, ByteReader::readString));
  }
}
