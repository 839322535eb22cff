package dev.troupe.sql.exec;

import dev.troupe.protocol.model.Key;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** INSERT, UPDATE and DELETE. */
final class ModifySteps {
  private ModifySteps() {}

  /** What RETURNING computes, over a changed row and what stood behind it in the input. */
  record Returning(RowExpr[] expressions) {
    void add(
        @Nullable Object[] changed,
        @Nullable Object[] rest,
        List<@Nullable Object[]> to,
        Execution run) {
      to.add(Calls.all(expressions, Rows.join(changed, rest), run));
    }
  }

  /**
   * INSERT.
   *
   * @param conflict null: a duplicate is an error
   */
  record Insert(
      Step input,
      TableProgram program,
      @Nullable ConflictRules conflict,
      @Nullable Returning returning)
      implements Step, ModifyOperator.Change {
    @Override
    public Operator open(Execution run) {
      return new ModifyOperator(input, this, run);
    }

    @Override
    public long apply(
        List<@Nullable Object[]> input, List<@Nullable Object[]> returned, Execution run) {
      TableChange change = new TableChange(program, run);
      List<@Nullable Object[]> written;
      if (conflict == null) {
        input.replaceAll(change::insert);
        written = input;
      } else {
        written = conflict.apply(input, change, run);
      }
      change.finish();
      if (returning != null) {
        for (@Nullable Object[] row : written) {
          returning.add(row, Rows.NONE, returned, run);
        }
      }
      return written.size();
    }
  }

  /**
   * UPDATE.
   *
   * @param assignments by position in the table's row; null: unchanged
   */
  record Update(
      Step input,
      TableProgram program,
      @Nullable RowExpr[] assignments,
      @Nullable Returning returning)
      implements Step, ModifyOperator.Change {
    @Override
    public Operator open(Execution run) {
      return new ModifyOperator(input, this, run);
    }

    @Override
    public long apply(
        List<@Nullable Object[]> input, List<@Nullable Object[]> returned, Execution run) {
      TableChange change = new TableChange(program, run);
      Distinct distinct = new Distinct(program, input.size());
      long count = 0;
      for (@Nullable Object[] row : input) {
        @Nullable Object[] before = firstColumns(row, assignments.length);
        if (!distinct.isNew(before)) {
          continue;
        }
        @Nullable Object[] after = before.clone();
        for (int i = 0; i < after.length; i++) {
          RowExpr assignment = assignments[i];
          if (assignment != null) {
            after[i] = assignment.eval(row, run);
          }
        }
        change.update(before, after);
        count++;
        if (returning != null) {
          returning.add(after, row, returned, run);
        }
      }
      change.finish();
      return count;
    }
  }

  /** DELETE. */
  record Delete(Step input, TableProgram program, @Nullable Returning returning)
      implements Step, ModifyOperator.Change {
    @Override
    public Operator open(Execution run) {
      return new ModifyOperator(input, this, run);
    }

    @Override
    public long apply(
        List<@Nullable Object[]> input, List<@Nullable Object[]> returned, Execution run) {
      TableChange change = new TableChange(program, run);
      Distinct distinct = new Distinct(program, input.size());
      int width = program.table().columns().size();
      long count = 0;
      for (@Nullable Object[] row : input) {
        @Nullable Object[] before = firstColumns(row, width);
        if (!distinct.isNew(before)) {
          continue;
        }
        change.delete(before);
        count++;
        if (returning != null) {
          returning.add(before, row, returned, run);
        }
      }
      change.finish();
      return count;
    }
  }

  private static @Nullable Object[] firstColumns(@Nullable Object[] row, int width) {
    return row.length == width ? row : Arrays.copyOf(row, width);
  }

  /** A join can meet a row several times: it is changed once, as the first time says. */
  private static final class Distinct {
    private final TableProgram program;
    private final boolean needed;
    private final Set<Key> seen = new HashSet<>();

    Distinct(TableProgram program, int rows) {
      this.program = program;
      this.needed = rows > 1;
    }

    boolean isNew(@Nullable Object[] row) {
      return !needed || seen.add(program.layout().primary().key(row));
    }
  }
}
