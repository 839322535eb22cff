package dev.troupe.sql.analyze;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.type.SqlRecord;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes a field out of a record whose fields are known.
 *
 * @param index from 0
 */
record RecordField(int index, SqlType result) implements ScalarFunction {
  /** Names the field, as functions are told apart by their names and types. */
  @Override
  public String name() {
    return "field " + (index + 1);
  }

  @Override
  public List<SqlType> parameters() {
    return List.of(SqlType.RECORD);
  }

  @Override
  public @Nullable Object call(@Nullable Object[] arguments, EvalContext context) {
    return ((SqlRecord) Objects.requireNonNull(arguments[0])).value(index);
  }
}
