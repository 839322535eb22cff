package dev.troupe.sql.exec;

import org.jspecify.annotations.Nullable;

/**
 * Runs the right side anew for each left row.
 *
 * @param registers columns of the left side that the right side uses
 * @param slots where they are in the left side's rows
 */
record ApplyStep(JoinShape shape, Step left, Step right, int[] registers, int[] slots)
    implements Step {
  @Override
  public Operator open(Execution run) {
    return new Apply(this, left.open(run), run);
  }

  private static final class Apply extends JoinOperator {
    private final ApplyStep step;

    Apply(ApplyStep step, Operator left, Execution run) {
      super(step.shape, left, run);
      this.step = step;
    }

    @Override
    void begin() {}

    @Override
    void join(@Nullable Object[] row, RowBatch out) {
      run.eval.checkCancelled();
      for (int i = 0; i < step.registers.length; i++) {
        run.eval.setRegister(step.registers[i], row[step.slots[i]]);
      }
      boolean found = false;
      try (Operator partners = step.right.open(run)) {
        for (RowBatch batch = partners.next();
            batch != null && !(found && shape.isDecidedByOne());
            batch = partners.next()) {
          found |= joinAll(row, batch, out);
        }
      }
      shape.finishLeft(row, found, out);
    }

    private boolean joinAll(@Nullable Object[] row, RowBatch partners, RowBatch out) {
      boolean found = false;
      for (int i = 0; i < partners.size(); i++) {
        if (shape.pair(row, partners.row(i), out, run)) {
          found = true;
          if (shape.isDecidedByOne()) {
            return true;
          }
        }
      }
      return found;
    }

    @Override
    boolean finish(RowBatch out) {
      throw new IllegalStateException("right rows without a partner are not known here");
    }
  }
}
