package dev.troupe.sql.function.define;

import dev.troupe.sql.eval.EvalContext;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Shapes of what functions do, by how many arguments they take. */
public final class Bodies {
  private Bodies() {}

  /** Of a strict function with one argument. */
  @FunctionalInterface
  public interface One<A> {
    @Nullable Object apply(A argument);
  }

  /** Of a strict function with two arguments. */
  @FunctionalInterface
  public interface Two<A, B> {
    @Nullable Object apply(A first, B second);
  }

  /** Of a strict function with three arguments. */
  @FunctionalInterface
  public interface Three<A, B, C> {
    @Nullable Object apply(A first, B second, C third);
  }

  /** Of a strict function with four arguments. */
  @FunctionalInterface
  public interface Four<A, B, C, D> {
    @Nullable Object apply(A first, B second, C third, D fourth);
  }

  /** Of a strict function with one argument that asks its context. */
  @FunctionalInterface
  public interface AskingOne<A> {
    @Nullable Object apply(A argument, EvalContext context);
  }

  /** Of a strict function with two arguments that asks its context. */
  @FunctionalInterface
  public interface AskingTwo<A, B> {
    @Nullable Object apply(A first, B second, EvalContext context);
  }

  /** Of a strict function with three arguments that asks its context. */
  @FunctionalInterface
  public interface AskingThree<A, B, C> {
    @Nullable Object apply(A first, B second, C third, EvalContext context);
  }

  /** Of any function. */
  @FunctionalInterface
  public interface Many {
    @Nullable Object apply(@Nullable Object[] arguments, EvalContext context);
  }

  /** Of a function that gives rows. */
  @FunctionalInterface
  public interface Rows {
    Iterator<@Nullable Object[]> rows(@Nullable Object[] arguments, EvalContext context);
  }
}
