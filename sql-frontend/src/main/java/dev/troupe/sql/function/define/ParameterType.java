package dev.troupe.sql.function.define;

import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What a signature says of a parameter or result: a type, or one that depends on the call. */
public sealed interface ParameterType {
  /** As {@code pg_proc} shows it. */
  int oid();

  String displayName();

  /** Exactly this type (arguments may still be cast to it). */
  record Exact(SqlType type) implements ParameterType {
    @Override
    public int oid() {
      return type.oid();
    }

    @Override
    public String displayName() {
      SqlType element = type.element();
      return element == null ? type.id().sqlName() : element.id().sqlName() + "[]";
    }
  }

  /** PostgreSQL's pseudo-types for parameters: its documentation, 8.21 and 38.2.5. */
  enum Pseudo implements ParameterType {
    /** Anything at all, each argument for itself. */
    ANY(2276),
    ANYELEMENT(2283),
    ANYARRAY(2277),
    ANYNONARRAY(2776),
    ANYCOMPATIBLE(5077),
    ANYCOMPATIBLEARRAY(5078),
    ANYCOMPATIBLENONARRAY(5079);

    private final int oid;

    Pseudo(int oid) {
      this.oid = oid;
    }

    @Override
    public int oid() {
      return oid;
    }

    @Override
    public String displayName() {
      return this == ANY ? "\"any\"" : name().toLowerCase(Locale.ROOT);
    }

    /** Whether all arguments of the family share one common type, instead of one exact type. */
    public boolean isCompatible() {
      return this == ANYCOMPATIBLE || this == ANYCOMPATIBLEARRAY || this == ANYCOMPATIBLENONARRAY;
    }

    public boolean isArray() {
      return this == ANYARRAY || this == ANYCOMPATIBLEARRAY;
    }

    public boolean isNonArray() {
      return this == ANYNONARRAY || this == ANYCOMPATIBLENONARRAY;
    }
  }

  /**
   * @param text a type's internal name, {@code []} behind it for arrays
   */
  static ParameterType parse(String text) {
    ParameterType found = Names.BY_NAME.get(text);
    if (found == null) {
      throw new IllegalArgumentException("no type is named " + text);
    }
    return found;
  }

  /** The names that signatures use. */
  final class Names {
    private static final Map<String, ParameterType> BY_NAME = new HashMap<>();

    static {
      for (TypeId id : TypeId.values()) {
        if (id != TypeId.ARRAY) {
          SqlType type = SqlType.of(id);
          BY_NAME.put(id.internalName(), new Exact(type));
          BY_NAME.put(id.internalName() + "[]", new Exact(SqlType.arrayOf(type)));
        }
      }
      for (Pseudo pseudo : Pseudo.values()) {
        BY_NAME.put(pseudo.name().toLowerCase(Locale.ROOT), pseudo);
      }
    }

    private Names() {}
  }
}
