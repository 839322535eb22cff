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
  final ExecContext context;
  final EvalContext eval;
  final KvTransaction kv;
  final MemoryBudget memory;
  final ConstraintErrors errors;
  private final @Nullable Object[] states;
  private final Map<Long, TableProgram> programs = new HashMap<>();

  Execution(ExecContext context, int states) {
    this.context = context;
    this.eval = context.eval();
    this.kv = context.kv();
    this.memory = context.memory();
    this.errors = ValueTexts.errors(eval);
    this.states = new @Nullable Object[states];
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

  /** What a table that the plan does not name demands of its rows. */
  TableProgram program(TableDescriptor table) {
    return programs.computeIfAbsent(
        table.id(),
        id -> TableProgram.of(table, context.checks().of(table), new PlanCompiler().expressions()));
  }

  /** A place of a plan that remembers something. */
  record StateKey<T>(int index, Class<T> type) {}
}
