package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A type as it was written. The standard's spellings have become PostgreSQL's names: {@code double
 * precision} is {@code pg_catalog.float8}, {@code timestamp (3) with time zone} is {@code
 * pg_catalog.timestamptz} with the modifier 3, {@code char} is {@code pg_catalog.bpchar} with the
 * modifier 1.
 *
 * @param modifiers what stands in parentheses behind the name
 * @param fields of an interval that is limited to some; otherwise null
 * @param arrayDimensions how many pairs of brackets follow
 */
public record TypeName(
    QualifiedName name,
    List<Expression> modifiers,
    @Nullable IntervalFields fields,
    int arrayDimensions,
    int position) {
  public TypeName {
    modifiers = List.copyOf(modifiers);
  }

  public static TypeName builtIn(String name, int position) {
    return new TypeName(QualifiedName.builtIn(name, position), List.of(), null, 0, position);
  }

  public TypeName withArrayDimensions(int dimensions) {
    return new TypeName(name, modifiers, fields, dimensions, position);
  }
}
