package dev.troupe.sql.exec;

import dev.troupe.sql.exec.Execution.StateKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a common table expression, computed as far as somebody has asked for them, once for all
 * who read them. A recursive one runs its recursive part over the rows of the round before, until a
 * round brings nothing new.
 */
final class CteState {
  /**
   * A compiled definition.
   *
   * @param recursive null when it does not refer to itself
   * @param distinct keys of rows, when no row may come twice; otherwise null
   * @param round where the recursive part finds the rows of the last round
   */
  record Definition(
      Step query,
      @Nullable Step recursive,
      @Nullable KeyShape distinct,
      StateKey<CteState> all,
      StateKey<LastRound> round) {}

  /** Rows of the last round. */
  record LastRound(List<@Nullable Object[]> rows) {}

  private final Definition definition;
  private final Execution run;
  private final List<@Nullable Object[]> rows = new ArrayList<>();
  private final Set<Object> seen = new HashSet<>();
  private List<@Nullable Object[]> thisRound = new ArrayList<>();
  private @Nullable Operator source;
  private boolean complete;
  private long bytes;

  CteState(Definition definition, Execution run) {
    this.definition = definition;
    this.run = run;
  }

  /** How many rows are known; when there are none behind the position, tries to get more. */
  int available(int position) {
    while (position >= rows.size() && !complete) {
      more();
    }
    return rows.size();
  }

  @Nullable Object[] row(int index) {
    return rows.get(index);
  }

  /** Runs it to its end, whether anybody reads the rows or not. */
  void finish() {
    while (!complete) {
      more();
    }
  }

  private void more() {
    run.eval.checkCancelled();
    Operator current = source;
    if (current == null) {
      current = definition.query().open(run);
      source = current;
    }
    RowBatch batch = current.next();
    if (batch == null) {
      current.close();
      nextRound();
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      add(batch.row(i));
    }
  }

  private void add(@Nullable Object[] row) {
    KeyShape distinct = definition.distinct();
    if (distinct != null && !seen.add(distinct.key(row))) {
      return;
    }
    long size = ValueSizes.of(row) + (distinct == null ? 0 : DistinctSteps.ENTRY_BYTES);
    run.memory.take(size);
    bytes += size;
    rows.add(row);
    if (definition.recursive() != null) {
      thisRound.add(row);
    }
  }

  private void nextRound() {
    Step recursive = definition.recursive();
    if (recursive == null || thisRound.isEmpty()) {
      complete = true;
      return;
    }
    run.set(definition.round(), new LastRound(thisRound));
    thisRound = new ArrayList<>();
    source = recursive.open(run);
  }

  void close() {
    complete = true;
    if (source != null) {
      source.close();
    }
    rows.clear();
    seen.clear();
    run.memory.give(bytes);
    bytes = 0;
  }
}
