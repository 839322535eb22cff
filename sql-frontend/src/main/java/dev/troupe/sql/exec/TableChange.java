package dev.troupe.sql.exec;

import dev.troupe.sql.storage.TableWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of one table that one statement, or one step of a cascade, changes together. */
final class TableChange {
  /** A row before and after. */
  record Update(@Nullable Object[] before, @Nullable Object[] after) {}

  private final TableProgram program;
  private final Execution run;
  private final TableWriter writer;
  private final boolean remembers;
  private final List<@Nullable Object[]> inserted = new ArrayList<>();
  private final List<Update> updated = new ArrayList<>();
  private final List<@Nullable Object[]> deleted = new ArrayList<>();

  TableChange(TableProgram program, Execution run) {
    this.program = program;
    this.run = run;
    this.writer = program.writer(run);
    this.remembers =
        !program.table().foreignKeys().isEmpty() || !program.table().referencedBy().isEmpty();
  }

  TableProgram program() {
    return program;
  }

  /**
   * @return the row as it is written
   */
  @Nullable Object[] insert(@Nullable Object[] row) {
    @Nullable Object[] complete = program.completed(row, run);
    insertComplete(complete);
    return complete;
  }

  void insertComplete(@Nullable Object[] row) {
    writer.insert(row);
    if (remembers) {
      inserted.add(row);
    }
  }

  /** The row after is completed in place. */
  void update(@Nullable Object[] before, @Nullable Object[] after) {
    program.complete(after, run);
    writer.update(before, after);
    if (remembers) {
      updated.add(new Update(before, after));
    }
  }

  void delete(@Nullable Object[] row) {
    writer.delete(row);
    if (remembers) {
      deleted.add(row);
    }
  }

  List<@Nullable Object[]> inserted() {
    return inserted;
  }

  List<Update> updated() {
    return updated;
  }

  List<@Nullable Object[]> deleted() {
    return deleted;
  }

  /** Writes, and does and checks what foreign keys ask for. */
  void finish() {
    writer.flush();
    if (remembers) {
      ForeignKeyRun foreignKeys = new ForeignKeyRun(run);
      foreignKeys.follow(this);
      foreignKeys.check();
    }
  }

  /** Writes, and leaves foreign keys to whoever follows them. */
  void write() {
    writer.flush();
  }
}
