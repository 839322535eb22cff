package dev.troupe.sql.schema;

import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.IntervalFields;
import dev.troupe.sql.syntax.ast.TypeName;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names of types inside of stored expressions. */
final class TypeText {
  private TypeText() {}

  /**
   * As PostgreSQL shows the type if that can be said without knowing more, or as it was written.
   */
  static String of(TypeName name) {
    String brackets = name.arrayDimensions() == 0 ? "" : "[]";
    IntervalFields fields = name.fields();
    if (fields != null) {
      return "interval "
          + ExpressionWriter.words(fields).toLowerCase(Locale.ROOT)
          + modifiers(name)
          + brackets;
    }
    boolean builtIn = "pg_catalog".equals(name.name().qualifier());
    if (name.name().parts().size() == 1 || builtIn) {
      SqlType type = resolve(name, builtIn);
      if (type != null) {
        return TypeNames.format(type);
      }
    }
    return ExpressionWriter.name(name.name()) + modifiers(name) + brackets;
  }

  private static @Nullable SqlType resolve(TypeName name, boolean builtIn) {
    List<Integer> modifiers = new ArrayList<>();
    for (Expression modifier : name.modifiers()) {
      if (name.name().last().equals("interval")
          || !(modifier instanceof Expression.IntegerLiteral literal)
          || literal.digits().length() > 9) {
        return null;
      }
      modifiers.add(Integer.parseInt(literal.digits()));
    }
    return TypeNames.resolve(name.name().last(), builtIn, modifiers, name.arrayDimensions());
  }

  private static String modifiers(TypeName name) {
    if (name.modifiers().isEmpty()) {
      return "";
    }
    List<String> written = name.modifiers().stream().map(ExpressionWriter::text).toList();
    return "(" + String.join(",", written) + ")";
  }
}
