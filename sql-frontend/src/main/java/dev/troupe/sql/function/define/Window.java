package dev.troupe.sql.function.define;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.WindowFunction;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A window function made of a signature and a body. */
record Window(
    Signature signature,
    BoundTypes types,
    BiFunction<WindowFunction.Frame, EvalContext, @Nullable Object> body)
    implements WindowFunction {
  @Override
  public String name() {
    return signature.name();
  }

  @Override
  public List<SqlType> parameters() {
    return types.parameters();
  }

  @Override
  public SqlType result() {
    return types.result();
  }

  @Override
  public @Nullable Object compute(Frame frame, EvalContext context) {
    return body.apply(frame, context);
  }
}
