package dev.troupe.sql.eval;

import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function, operator or cast that was chosen for certain argument types. Immutable; used by many
 * threads at once. {@code null} stands for NULL.
 */
public interface ScalarFunction {
  /** As PostgreSQL calls it, for messages and EXPLAIN. */
  String name();

  List<SqlType> parameters();

  SqlType result();

  /** Whether any NULL argument makes the result NULL: then it is not called at all. */
  default boolean strict() {
    return true;
  }

  /** What may be assumed of repeated calls. */
  default Volatility volatility() {
    return Volatility.IMMUTABLE;
  }

  /** PostgreSQL's classes of functions. */
  enum Volatility {
    /** Same arguments, same result: can be computed when a statement is planned. */
    IMMUTABLE,
    /** The same within a statement. */
    STABLE,
    VOLATILE
  }

  /**
   * @param arguments as many as parameters (more when variadic), of their types; not kept
   * @throws dev.troupe.sql.error.SqlException when there is no result
   */
  @Nullable Object call(@Nullable Object[] arguments, EvalContext context);

  /** Result of a strict function of one argument. Overridden where an array is worth sparing. */
  default @Nullable Object call1(Object argument, EvalContext context) {
    return call(new @Nullable Object[] {argument}, context);
  }

  /** Result of a strict function of two arguments. Overridden where an array is worth sparing. */
  default @Nullable Object call2(Object left, Object right, EvalContext context) {
    return call(new @Nullable Object[] {left, right}, context);
  }
}
