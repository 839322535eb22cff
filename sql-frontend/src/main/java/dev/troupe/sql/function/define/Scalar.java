package dev.troupe.sql.function.define;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scalar functions made of a signature and a body, one class for each shape of body. */
abstract sealed class Scalar implements ScalarFunction {
  private final Signature signature;
  private final BoundTypes types;

  private Scalar(Signature signature, BoundTypes types) {
    this.signature = signature;
    this.types = types;
  }

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
  public boolean strict() {
    return signature.strict();
  }

  @Override
  public Volatility volatility() {
    return signature.volatility();
  }

  @Override
  public String toString() {
    return signature.name() + types.parameters();
  }

  /**
   * The body knows the classes of its arguments: they follow from the signature by the table of
   * {@link dev.troupe.sql.type.TypeId}. Strict functions are never given null.
   */
  @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T as(@Nullable Object argument) {
    return (T) argument;
  }

  static final class OfOne<A> extends Scalar {
    private final Bodies.One<A> body;

    OfOne(Signature signature, BoundTypes types, Bodies.One<A> body) {
      super(signature, types);
      this.body = body;
    }

    @Override
    public @Nullable Object call(@Nullable Object[] arguments, EvalContext context) {
      return body.apply(as(arguments[0]));
    }

    @Override
    public @Nullable Object call1(Object argument, EvalContext context) {
      return body.apply(as(argument));
    }
  }

  static final class OfTwo<A, B> extends Scalar {
    private final Bodies.Two<A, B> body;

    OfTwo(Signature signature, BoundTypes types, Bodies.Two<A, B> body) {
      super(signature, types);
      this.body = body;
    }

    @Override
    public @Nullable Object call(@Nullable Object[] arguments, EvalContext context) {
      return body.apply(as(arguments[0]), as(arguments[1]));
    }

    @Override
    public @Nullable Object call2(Object left, Object right, EvalContext context) {
      return body.apply(as(left), as(right));
    }
  }

  static final class AskingOne<A> extends Scalar {
    private final Bodies.AskingOne<A> body;

    AskingOne(Signature signature, BoundTypes types, Bodies.AskingOne<A> body) {
      super(signature, types);
      this.body = body;
    }

    @Override
    public @Nullable Object call(@Nullable Object[] arguments, EvalContext context) {
      return body.apply(as(arguments[0]), context);
    }

    @Override
    public @Nullable Object call1(Object argument, EvalContext context) {
      return body.apply(as(argument), context);
    }
  }

  static final class AskingTwo<A, B> extends Scalar {
    private final Bodies.AskingTwo<A, B> body;

    AskingTwo(Signature signature, BoundTypes types, Bodies.AskingTwo<A, B> body) {
      super(signature, types);
      this.body = body;
    }

    @Override
    public @Nullable Object call(@Nullable Object[] arguments, EvalContext context) {
      return body.apply(as(arguments[0]), as(arguments[1]), context);
    }

    @Override
    public @Nullable Object call2(Object left, Object right, EvalContext context) {
      return body.apply(as(left), as(right), context);
    }
  }

  static final class OfMany extends Scalar {
    private final Bodies.Many body;

    OfMany(Signature signature, BoundTypes types, Bodies.Many body) {
      super(signature, types);
      this.body = body;
    }

    @Override
    public @Nullable Object call(@Nullable Object[] arguments, EvalContext context) {
      return body.apply(arguments, context);
    }
  }

  static <A, B, C> Bodies.Many three(Bodies.Three<A, B, C> body) {
    return (a, context) -> body.apply(as(a[0]), as(a[1]), as(a[2]));
  }

  static <A, B, C> Bodies.Many askingThree(Bodies.AskingThree<A, B, C> body) {
    return (a, context) -> body.apply(as(a[0]), as(a[1]), as(a[2]), context);
  }

  static <A, B, C, D> Bodies.Many four(Bodies.Four<A, B, C, D> body) {
    return (a, context) -> body.apply(as(a[0]), as(a[1]), as(a[2]), as(a[3]));
  }
}
