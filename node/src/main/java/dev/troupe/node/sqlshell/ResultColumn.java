package dev.troupe.node.sqlshell;

import org.postgresql.core.Oid;

/** A column of a result; the type is known by its OID as the protocol tells it. */
record ResultColumn(String name, int type) {
  boolean numeric() {
    return switch (type) {
      case Oid.INT2, Oid.INT4, Oid.INT8, Oid.OID, Oid.FLOAT4, Oid.FLOAT8, Oid.NUMERIC, Oid.MONEY ->
          true;
      default -> false;
    };
  }
}
