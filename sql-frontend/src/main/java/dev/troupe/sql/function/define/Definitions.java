package dev.troupe.sql.function.define;

import dev.troupe.sql.eval.AggregateFunction;
import dev.troupe.sql.eval.AggregateFunction.Accumulator;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.eval.TableFunction;
import dev.troupe.sql.eval.WindowFunction;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the families of functions are gathered in. The plain {@code add} takes bodies that see their
 * arguments alone, {@code addAsking} those that ask the statement's context too, and {@code
 * addTyped} those that depend on the types of the call. Bodies with named arguments belong to
 * strict functions; what is {@code nullable} takes the array.
 */
public final class Definitions {
  private final List<Overload<ScalarFunction>> scalars = new ArrayList<>();
  private final List<Overload<AggregateFunction>> aggregates = new ArrayList<>();
  private final List<Overload<WindowFunction>> windows = new ArrayList<>();
  private final List<Overload<TableFunction>> tables = new ArrayList<>();

  public List<Overload<ScalarFunction>> scalars() {
    return scalars;
  }

  public List<Overload<AggregateFunction>> aggregates() {
    return aggregates;
  }

  public List<Overload<WindowFunction>> windows() {
    return windows;
  }

  public List<Overload<TableFunction>> tables() {
    return tables;
  }

  public <A> void add(String signature, Bodies.One<A> body) {
    scalar(signature, (parsed, types) -> new Scalar.OfOne<>(parsed, types, body));
  }

  public <A, B> void add(String signature, Bodies.Two<A, B> body) {
    scalar(signature, (parsed, types) -> new Scalar.OfTwo<>(parsed, types, body));
  }

  public <A, B, C> void add(String signature, Bodies.Three<A, B, C> body) {
    addMany(signature, Scalar.three(body));
  }

  public <A, B, C, D> void add(String signature, Bodies.Four<A, B, C, D> body) {
    addMany(signature, Scalar.four(body));
  }

  public <A> void addAsking(String signature, Bodies.AskingOne<A> body) {
    scalar(signature, (parsed, types) -> new Scalar.AskingOne<>(parsed, types, body));
  }

  public <A, B> void addAsking(String signature, Bodies.AskingTwo<A, B> body) {
    scalar(signature, (parsed, types) -> new Scalar.AskingTwo<>(parsed, types, body));
  }

  public <A, B, C> void addAsking(String signature, Bodies.AskingThree<A, B, C> body) {
    addMany(signature, Scalar.askingThree(body));
  }

  /** A function without arguments. */
  public void addAsking(String signature, Function<EvalContext, @Nullable Object> body) {
    addMany(signature, (arguments, context) -> body.apply(context));
  }

  public void addMany(String signature, Bodies.Many body) {
    scalar(signature, (parsed, types) -> new Scalar.OfMany(parsed, types, body));
  }

  public void addTyped(String signature, Function<BoundTypes, Bodies.Many> bodyFor) {
    scalar(signature, (parsed, types) -> new Scalar.OfMany(parsed, types, bodyFor.apply(types)));
  }

  /** A strict function of one argument that depends on the types of the call. */
  public <A> void addTypedOne(String signature, Function<BoundTypes, Bodies.One<A>> bodyFor) {
    scalar(signature, (parsed, types) -> new Scalar.OfOne<>(parsed, types, bodyFor.apply(types)));
  }

  /** A strict function of two arguments that depends on the types of the call. */
  public <A, B> void addTypedTwo(String signature, Function<BoundTypes, Bodies.Two<A, B>> bodyFor) {
    scalar(signature, (parsed, types) -> new Scalar.OfTwo<>(parsed, types, bodyFor.apply(types)));
  }

  /** A function of one argument that statements cannot call by a name. */
  public static <A> ScalarFunction unnamed(String signature, Bodies.AskingOne<A> body) {
    Signature parsed = Signature.parse(signature);
    return new Overload<ScalarFunction>(
            parsed, types -> new Scalar.AskingOne<>(parsed, types, body))
        .bind(new BoundTypes(List.of(), SqlType.UNKNOWN, List.of()));
  }

  private void scalar(String signature, BiFunction<Signature, BoundTypes, ScalarFunction> make) {
    Signature parsed = Signature.parse(signature);
    scalars.add(new Overload<>(parsed, types -> make.apply(parsed, types)));
  }

  /**
   * @param start of the accumulator of a group, for the types of the call
   */
  public void addAggregate(
      String signature, Aggregate.Trait trait, Function<BoundTypes, Accumulator> start) {
    Signature parsed = Signature.parse(signature);
    aggregates.add(new Overload<>(parsed, types -> new Aggregate(parsed, types, trait, start)));
  }

  public void addWindow(
      String signature, BiFunction<WindowFunction.Frame, EvalContext, @Nullable Object> compute) {
    Signature parsed = Signature.parse(signature);
    windows.add(new Overload<>(parsed, types -> new Window(parsed, types, compute)));
  }

  public void addTable(String signature, Bodies.Rows rows) {
    addTypedTable(signature, types -> rows);
  }

  public void addTypedTable(String signature, Function<BoundTypes, Bodies.Rows> rowsFor) {
    Signature parsed = Signature.parse(signature);
    tables.add(new Overload<>(parsed, types -> new Table(parsed, types, rowsFor.apply(types))));
  }
}
