package dev.troupe.sql.type.format;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.TypeSession;

/**
 * OIDs of things in the catalog, as numbers; a dash is none. Their names are known by the catalog
 * and not here: whoever shows or reads names does so before.
 */
final class RegFormat extends Format {
  private final String typeName;

  RegFormat(String typeName) {
    this.typeName = typeName;
  }

  @Override
  public void writeText(Object value, TypeSession session, StringBuilder out) {
    long oid = (Long) value;
    if (oid == 0) {
      out.append('-');
    } else {
      out.append(oid);
    }
  }

  @Override
  public Object readText(String text, TypeSession session) {
    if (text.equals("-")) {
      return 0L;
    }
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw invalid(typeName, text);
    }
    return IntegerFormat.OID.readText(text, session);
  }

  @Override
  public void writeBinary(Object value, ByteWriter out) {
    IntegerFormat.OID.writeBinary(value, out);
  }

  @Override
  Object parseBinary(ByteReader in) {
    return IntegerFormat.OID.parseBinary(in);
  }
}
