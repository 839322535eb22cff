package dev.troupe.sql.function.define;

import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One of the functions that share a name.
 *
 * @param <F> ScalarFunction, AggregateFunction, WindowFunction or TableFunction
 */
public final class Overload<F> {
  private final Signature signature;
  private final Function<BoundTypes, F> factory;
  private final @Nullable F fixed;

  public Overload(Signature signature, Function<BoundTypes, F> factory) {
    this.signature = signature;
    this.factory = factory;
    this.fixed =
        signature.isPolymorphic() || signature.variadic()
            ? null
            : factory.apply(fixedTypes(signature));
  }

  public Signature signature() {
    return signature;
  }

  /** The function for a call with these types. */
  public F bind(BoundTypes types) {
    return fixed != null ? fixed : factory.apply(types);
  }

  /** The function, when it takes the same types in every call. */
  public @Nullable F fixed() {
    return fixed;
  }

  private static BoundTypes fixedTypes(Signature signature) {
    List<SqlType> parameters = new ArrayList<>();
    signature.parameters().forEach(type -> parameters.add(exact(type)));
    List<SqlType> columns = new ArrayList<>();
    signature.columns().forEach(column -> columns.add(exact(column.type())));
    return new BoundTypes(parameters, exact(signature.result()), columns);
  }

  private static SqlType exact(ParameterType type) {
    if (type instanceof ParameterType.Exact given) {
      return given.type();
    }
    throw new IllegalArgumentException(type.displayName() + " depends on the call");
  }
}
