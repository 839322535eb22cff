package dev.troupe.sql.exec;

import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.storage.ConstraintErrors;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One execution of a prepared plan, with what its steps and expressions remember. */
final class Execution {
  private final @Nullable ExecContext context;
  final EvalContext eval;
  final MemoryBudget memory;
  private final @Nullable Object[] states;
  private @Nullable Map<Long, TableProgram> programs;
  private long remembered;

  Execution(ExecContext context, int states) {
    this.context = context;
    this.eval = context.eval();
    this.memory = context.memory();
    this.states = new @Nullable Object[states];
  }

  /** For expressions that ask for nothing but values: there is no transaction. */
  Execution(EvalContext eval, MemoryBudget memory, int states) {
    this.context = null;
    this.eval = eval;
    this.memory = memory;
    this.states = new @Nullable Object[states];
  }

  ExecContext context() {
    return Objects.requireNonNull(context, "expressions alone have no statement");
  }

  KvTransaction kv() {
    return context().kv();
  }

  /** What belongs to a place of the plan in this execution, made when it is first asked for. */
  <T> T state(StateKey<T> key, Supplier<T> first) {
    T found = peek(key);
    if (found == null) {
      found = first.get();
      states[key.index()] = found;
    }
    return found;
  }

  <T> @Nullable T peek(StateKey<T> key) {
    Object found = states[key.index()];
    return found == null ? null : key.type().cast(found);
  }

  <T> T get(StateKey<T> key) {
    return Objects.requireNonNull(peek(key));
  }

  <T> void set(StateKey<T> key, @Nullable T value) {
    states[key.index()] = value;
  }

  ConstraintErrors errors() {
    return ValueTexts.errors(eval);
  }

  /** Takes memory that is held until the end of the execution. */
  void remember(long bytes) {
    memory.take(bytes);
    remembered += bytes;
  }

  void close() {
    memory.give(remembered);
    remembered = 0;
  }

  /** What a table that the plan does not name demands of its rows. */
  TableProgram program(TableDescriptor table) {
    Map<Long, TableProgram> known = programs;
    if (known == null) {
      known = new HashMap<>();
      programs = known;
    }
    return known.computeIfAbsent(
        table.id(),
        id ->
            TableProgram.of(table, context().checks().of(table), new PlanCompiler().expressions()));
  }

  /** A place of a plan that remembers something. */
  record StateKey<T>(int index, Class<T> type) {}
}
