package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.IntervalFields;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.TypeName;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeModifiers;
import dev.troupe.sql.type.TypeModifiers.IntervalField;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.List;

/** Finds the types that type names stand for. */
public final class TypeBinder {
  /** The parser turns the keyword into bpchar: what is left of this name stood in quotes. */
  private static final String QUOTED_CHAR = "char";

  private TypeBinder() {}

  /**
   * @throws SqlException UNDEFINED_OBJECT
   */
  public static SqlType bind(TypeName name) {
    try {
      return resolve(name);
    } catch (SqlException e) {
      throw e.at(name.position());
    }
  }

  private static SqlType resolve(TypeName written) {
    QualifiedName name = written.name();
    String schema = name.qualifier();
    boolean builtIn = "pg_catalog".equals(schema);
    SqlType found =
        schema == null || builtIn
            ? TypeNames.resolve(
                name.last(),
                builtIn || name.last().equals(QUOTED_CHAR),
                modifiers(written),
                written.arrayDimensions())
            : null;
    if (found == null) {
      throw SqlException.of(
          SqlState.UNDEFINED_OBJECT,
          "type \"%s%s\" does not exist",
          builtIn ? name.last() : name.toString(),
          "[]".repeat(written.arrayDimensions() == 0 ? 0 : 1));
    }
    return found;
  }

  private static List<Integer> modifiers(TypeName written) {
    List<Integer> modifiers = new ArrayList<>();
    IntervalFields fields = written.fields();
    boolean interval = written.name().last().equals("interval");
    if (fields != null) {
      modifiers.add(mask(fields));
    } else if (interval && !written.modifiers().isEmpty()) {
      modifiers.add(TypeModifiers.ALL_FIELDS);
    }
    for (Expression modifier : written.modifiers()) {
      modifiers.add(integer(modifier));
    }
    return modifiers;
  }

  private static int integer(Expression modifier) {
    boolean negative =
        modifier instanceof Expression.OperatorCall call
            && call.left() == null
            && call.operator().equals("-");
    Expression digits =
        negative && modifier instanceof Expression.OperatorCall call ? call.right() : modifier;
    if (digits instanceof Expression.IntegerLiteral literal && literal.digits().length() < 10) {
      int value = Integer.parseInt(literal.digits());
      return negative ? -value : value;
    }
    throw new SqlException(
            SqlState.SYNTAX_ERROR, "type modifiers must be simple constants or identifiers")
        .at(modifier.position());
  }

  private static int mask(IntervalFields fields) {
    return switch (fields) {
      case YEAR -> IntervalField.YEAR.bit();
      case MONTH -> IntervalField.MONTH.bit();
      case DAY -> IntervalField.DAY.bit();
      case HOUR -> IntervalField.HOUR.bit();
      case MINUTE -> IntervalField.MINUTE.bit();
      case SECOND -> IntervalField.SECOND.bit();
      case YEAR_TO_MONTH -> IntervalField.YEAR.bit() | IntervalField.MONTH.bit();
      case DAY_TO_HOUR -> IntervalField.DAY.bit() | IntervalField.HOUR.bit();
      case DAY_TO_MINUTE -> mask(IntervalFields.DAY_TO_HOUR) | IntervalField.MINUTE.bit();
      case DAY_TO_SECOND -> mask(IntervalFields.DAY_TO_MINUTE) | IntervalField.SECOND.bit();
      case HOUR_TO_MINUTE -> IntervalField.HOUR.bit() | IntervalField.MINUTE.bit();
      case HOUR_TO_SECOND -> mask(IntervalFields.HOUR_TO_MINUTE) | IntervalField.SECOND.bit();
      case MINUTE_TO_SECOND -> IntervalField.MINUTE.bit() | IntervalField.SECOND.bit();
    };
  }
}
