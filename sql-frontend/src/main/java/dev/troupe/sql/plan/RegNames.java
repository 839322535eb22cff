package dev.troupe.sql.plan;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.type.TypeId;

/** Names and OIDs of what is in the catalog, by regclass and its kin. */
final class RegNames {
  private static final String NONE = "-";

  private RegNames() {}

  static Long oid(TypeId kind, String name, EvalContext context) {
    if (name.equals(NONE)) {
      return 0L;
    }
    if (!name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Long.parseLong(name);
    }
    Long oid = context.session().resolve(kind.internalName(), name);
    if (oid == null) {
      throw missing(kind, name);
    }
    return oid;
  }

  private static SqlException missing(TypeId kind, String name) {
    return switch (kind) {
      case REGCLASS ->
          SqlException.of(SqlState.UNDEFINED_TABLE, "relation \"%s\" does not exist", name);
      case REGTYPE ->
          SqlException.of(SqlState.UNDEFINED_OBJECT, "type \"%s\" does not exist", name);
      case REGPROC ->
          SqlException.of(SqlState.UNDEFINED_FUNCTION, "function \"%s\" does not exist", name);
      case REGNAMESPACE ->
          SqlException.of(SqlState.INVALID_SCHEMA_NAME, "schema \"%s\" does not exist", name);
      default -> SqlException.of(SqlState.UNDEFINED_OBJECT, "role \"%s\" does not exist", name);
    };
  }

  static String name(TypeId kind, long oid, EvalContext context) {
    return oid == 0 ? NONE : context.session().nameOf(kind.internalName(), oid);
  }
}
