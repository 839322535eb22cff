package dev.troupe.sql.function.define;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.TableFunction;
import dev.troupe.sql.type.SqlType;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function that gives rows, made of a signature and a body. */
record Table(Signature signature, BoundTypes types, Bodies.Rows body) implements TableFunction {
  @Override
  public String name() {
    return signature.name();
  }

  @Override
  public List<SqlType> parameters() {
    return types.parameters();
  }

  @Override
  public List<String> columnNames() {
    return signature.columns().stream().map(Signature.Column::name).toList();
  }

  @Override
  public List<SqlType> columnTypes() {
    return types.columns();
  }

  @Override
  public boolean strict() {
    return signature.strict();
  }

  @Override
  public Iterator<@Nullable Object[]> rows(@Nullable Object[] arguments, EvalContext context) {
    return body.rows(arguments, context);
  }
}
