package dev.troupe.sql.syntax.print;

import dev.troupe.sql.syntax.ast.IntervalFields;
import dev.troupe.sql.syntax.ast.TypeName;
import org.jspecify.annotations.Nullable;

/** Names of types, in the standard's spelling where there is one. */
final class TypePrinter {
  private final SqlWriter out;
  private final ExpressionPrinter expressions;

  TypePrinter(SqlWriter out, ExpressionPrinter expressions) {
    this.out = out;
    this.expressions = expressions;
  }

  void type(TypeName type) {
    if (type.fields() != null) {
      out.add("interval");
      fields(type);
    } else {
      name(type);
    }
    for (int i = 0; i < type.arrayDimensions(); i++) {
      out.add("[]");
    }
  }

  /** A literal with its type before it. */
  void literal(TypeName type, String value) {
    if (type.fields() != null) {
      out.add("interval ").literal(value);
      fields(type);
    } else {
      name(type);
      out.add(" ").literal(value);
    }
  }

  private void fields(TypeName type) {
    IntervalFields fields = type.fields();
    if (fields != null) {
      out.add(" ").words(fields);
      modifiers(type);
    }
  }

  private void name(TypeName type) {
    String standard = standardName(type);
    if (standard == null) {
      out.name(type.name());
      modifiers(type);
    } else if (standard.startsWith("time")) {
      boolean zone = standard.endsWith("tz");
      out.add(zone ? standard.substring(0, standard.length() - 2) : standard);
      modifiers(type);
      out.add(zone ? " with time zone" : " without time zone");
    } else {
      out.add(standard);
      modifiers(type);
    }
  }

  private void modifiers(TypeName type) {
    if (!type.modifiers().isEmpty()) {
      out.add("(").list(type.modifiers(), expressions::expression).add(")");
    }
  }

  private static @Nullable String standardName(TypeName type) {
    boolean builtIn =
        type.name().parts().size() == 2 && "pg_catalog".equals(type.name().qualifier());
    if (!builtIn) {
      return null;
    }
    boolean plain = type.modifiers().isEmpty();
    return switch (type.name().last()) {
      case "int2" -> plain ? "smallint" : null;
      case "int4" -> plain ? "integer" : null;
      case "int8" -> plain ? "bigint" : null;
      case "float4" -> plain ? "real" : null;
      case "float8" -> plain ? "double precision" : null;
      case "bool" -> plain ? "boolean" : null;
      case "numeric" -> "numeric";
      case "varchar" -> type.modifiers().size() <= 1 ? "character varying" : null;
      case "bpchar" -> type.modifiers().size() == 1 ? "character" : null;
      case "bit" -> type.modifiers().size() == 1 ? "bit" : null;
      case "varbit" -> "bit varying";
      case "time", "timetz", "timestamp", "timestamptz", "interval" ->
          type.modifiers().size() <= 1 ? type.name().last() : null;
      default -> null;
    };
  }
}
