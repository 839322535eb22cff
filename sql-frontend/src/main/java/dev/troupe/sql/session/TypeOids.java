package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.TypeName;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;

/** Types by the OIDs that clients send. */
final class TypeOids {
  private TypeOids() {}

  /** The type that a client declares a parameter to have; UNKNOWN when it leaves that open. */
  static SqlType declared(int oid) {
    if (oid == 0 || oid == TypeId.UNKNOWN.oid()) {
      return SqlType.UNKNOWN;
    }
    TypeId id = TypeId.ofOid(oid);
    if (id != null && id != TypeId.ARRAY) {
      return SqlType.of(id);
    }
    for (TypeId element : TypeId.values()) {
      if (element.arrayOid() == oid) {
        return SqlType.arrayOf(SqlType.of(element));
      }
    }
    throw SqlException.of(
        SqlState.UNDEFINED_OBJECT,
        "type with OID %s does not exist",
        Integer.toUnsignedString(oid));
  }

  /** As an expression names the type, without its modifier. */
  static TypeName name(SqlType type) {
    SqlType element = type.element();
    return element == null
        ? TypeName.builtIn(type.id().internalName(), 0)
        : name(element).withArrayDimensions(1);
  }
}
