package dev.troupe.sql.type;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names of types as SQL writes them, both ways. */
public final class TypeNames {
  /** Keywords with a space between them are one name here. */
  private static final Map<String, TypeId> BY_NAME =
      Map.ofEntries(
          Map.entry("boolean", TypeId.BOOL),
          Map.entry("bytes", TypeId.BYTEA),
          Map.entry("blob", TypeId.BYTEA),
          Map.entry("smallint", TypeId.INT2),
          Map.entry("int", TypeId.INT4),
          Map.entry("integer", TypeId.INT4),
          Map.entry("bigint", TypeId.INT8),
          Map.entry("int64", TypeId.INT8),
          Map.entry("real", TypeId.FLOAT4),
          Map.entry("double precision", TypeId.FLOAT8),
          Map.entry("decimal", TypeId.NUMERIC),
          Map.entry("dec", TypeId.NUMERIC),
          Map.entry("string", TypeId.TEXT),
          Map.entry("character varying", TypeId.VARCHAR),
          Map.entry("char varying", TypeId.VARCHAR),
          Map.entry("national character varying", TypeId.VARCHAR),
          Map.entry("nchar varying", TypeId.VARCHAR),
          Map.entry("time without time zone", TypeId.TIME),
          Map.entry("time with time zone", TypeId.TIMETZ),
          Map.entry("timestamp without time zone", TypeId.TIMESTAMP),
          Map.entry("timestamp with time zone", TypeId.TIMESTAMPTZ));

  private TypeNames() {}

  /**
   * Resolves a type's name.
   *
   * @param name in lower case unless it was quoted; several keywords with one blank between them
   * @param quoted whether it was quoted or came with a schema: then it is the internal name, and
   *     {@code "char"} is the type of that name
   * @param modifiers what stood in parentheses
   * @param arrayDimensions how many pairs of brackets followed; SQL knows arrays of any number of
   *     dimensions under one type
   * @return null when there is no such type
   * @throws dev.troupe.sql.error.SqlException when the modifiers are out of their range
   */
  public static @Nullable SqlType resolve(
      String name, boolean quoted, List<Integer> modifiers, int arrayDimensions) {
    SqlType base = quoted ? internal(name, modifiers) : keyword(name, modifiers);
    if (base == null || arrayDimensions == 0) {
      return base;
    }
    return base.isArray() || base.id().arrayOid() == 0 ? null : SqlType.arrayOf(base);
  }

  /** Resolves a name that was not quoted and has neither modifiers nor brackets. */
  public static @Nullable SqlType resolve(String name) {
    return resolve(name, false, List.of(), 0);
  }

  private static @Nullable SqlType keyword(String name, List<Integer> modifiers) {
    String lower = name.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "char", "character", "nchar", "national character" ->
          SqlType.of(TypeId.BPCHAR, TypeModifiers.character(modifiers));
      case "float" -> TypeModifiers.floatOf(modifiers);
      default -> {
        TypeId id = BY_NAME.get(lower);
        yield id == null ? internal(lower, modifiers) : modified(id, modifiers);
      }
    };
  }

  private static @Nullable SqlType internal(String name, List<Integer> modifiers) {
    if (name.startsWith("_")) {
      SqlType element = internal(name.substring(1), modifiers);
      return element == null || element.isArray() || element.id().arrayOid() == 0
          ? null
          : SqlType.arrayOf(element);
    }
    for (TypeId id : TypeId.values()) {
      if (id.internalName().equals(name) && id != TypeId.ARRAY) {
        return modified(id, modifiers);
      }
    }
    return null;
  }

  private static SqlType modified(TypeId id, List<Integer> modifiers) {
    return SqlType.of(id, TypeModifiers.of(id, modifiers));
  }

  /** The type with an OID, be it an array or not. */
  public static @Nullable SqlType ofOid(int oid, int modifier) {
    TypeId id = TypeId.ofOid(oid);
    if (id != null) {
      return id == TypeId.ARRAY ? null : SqlType.of(id, modifier);
    }
    for (TypeId element : TypeId.values()) {
      if (element.arrayOid() == oid && oid != 0) {
        return SqlType.arrayOf(SqlType.of(element, modifier));
      }
    }
    return null;
  }

  /** As {@code format_type} shows it, with the modifier. */
  public static String format(SqlType type) {
    SqlType element = type.element();
    if (element != null) {
      return format(element) + "[]";
    }
    return TypeModifiers.format(type.id(), type.modifier());
  }

  /** As messages show it: without a modifier. */
  public static String plain(SqlType type) {
    SqlType element = type.element();
    return element == null ? type.id().sqlName() : plain(element) + "[]";
  }

  /** As {@code format_type} shows it: {@code ???} for what is not known. */
  public static String format(int oid, int modifier) {
    if (oid == 0) {
      return "-";
    }
    if (oid == TypeId.ARRAY.oid()) {
      return TypeId.ARRAY.sqlName();
    }
    SqlType type = ofOid(oid, modifier);
    return type == null ? "???" : format(type);
  }
}
