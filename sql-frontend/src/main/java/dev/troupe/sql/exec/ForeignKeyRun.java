package dev.troupe.sql.exec;

import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Does what foreign keys ask for after the rows of a statement are written, through as many tables
 * as it takes, and checks at its end what has to hold. All rows of a step are looked up together.
 */
final class ForeignKeyRun {
  /** Cycles of foreign keys end, for each step changes rows; this is against what is too deep. */
  private static final int DEPTH_MAX = 1000;

  private final Execution run;

  /** Rows that must have a partner, by foreign key. */
  private final Map<ForeignKey, Children> children = new LinkedHashMap<>();

  /** Rows that went, or changed their key, and may leave rows of others without a partner. */
  private final Map<ForeignKey, Parents> parents = new LinkedHashMap<>();

  private record Children(TableDescriptor table, List<@Nullable Object[]> rows) {}

  private record Parents(ForeignKeyLink link, List<@Nullable Object[]> rows) {}

  private int depth;

  ForeignKeyRun(Execution run) {
    this.run = run;
  }

  void follow(TableChange change) {
    TableDescriptor table = change.program().table();
    for (ForeignKey key : table.foreignKeys()) {
      noteChildren(table, key, change);
    }
    for (long id : table.referencedBy()) {
      TableDescriptor child = tableOf(id);
      for (ForeignKey key : child.foreignKeys()) {
        if (key.table() == table.id()) {
          followParents(new ForeignKeyLink(table, child, key, run), change);
        }
      }
    }
  }

  private TableDescriptor tableOf(long id) {
    if (run.context().catalog().relation(id) instanceof TableDescriptor table) {
      return table;
    }
    throw new IllegalStateException(
        "a foreign key leads to relation " + id + ", which is no table");
  }

  private void noteChildren(TableDescriptor table, ForeignKey key, TableChange change) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (@Nullable Object[] row : change.inserted()) {
      addIfComplete(table, key, row, rows);
    }
    for (TableChange.Update update : change.updated()) {
      if (ForeignKeyLink.differ(table, key.columns(), update.before(), update.after())) {
        addIfComplete(table, key, update.after(), rows);
      }
    }
    if (!rows.isEmpty()) {
      children
          .computeIfAbsent(key, ignored -> new Children(table, new ArrayList<>()))
          .rows()
          .addAll(rows);
    }
  }

  private static void addIfComplete(
      TableDescriptor table,
      ForeignKey key,
      @Nullable Object[] row,
      List<@Nullable Object[]> rows) {
    if (!ForeignKeyLink.hasNull(table, key.columns(), row)) {
      rows.add(row);
    }
  }

  private void followParents(ForeignKeyLink link, TableChange change) {
    ForeignKey key = link.key();
    List<@Nullable Object[]> gone = new ArrayList<>();
    for (@Nullable Object[] row : change.deleted()) {
      if (!ForeignKeyLink.hasNull(link.parent(), key.references(), row)) {
        gone.add(row);
      }
    }
    if (!gone.isEmpty()) {
      onDelete(link, gone);
    }
    List<TableChange.Update> moved = new ArrayList<>();
    for (TableChange.Update update : change.updated()) {
      if (!ForeignKeyLink.hasNull(link.parent(), key.references(), update.before())
          && ForeignKeyLink.differ(
              link.parent(), key.references(), update.before(), update.after())) {
        moved.add(update);
      }
    }
    if (!moved.isEmpty()) {
      onUpdate(link, moved);
    }
  }

  private void onDelete(ForeignKeyLink link, List<@Nullable Object[]> gone) {
    switch (link.key().onDelete()) {
      case NO_ACTION -> noteParents(link, gone);
      case RESTRICT -> link.requireUnreferenced(gone, false);
      case CASCADE -> {
        TableChange change = new TableChange(run.program(link.child()), run);
        link.referencing(gone).forEach(reference -> change.delete(reference.row()));
        goOn(change);
      }
      case SET_NULL, SET_DEFAULT -> reset(link, gone, link.key().onDelete());
    }
  }

  private void onUpdate(ForeignKeyLink link, List<TableChange.Update> moved) {
    List<@Nullable Object[]> before =
        new ArrayList<>(moved.stream().map(TableChange.Update::before).toList());
    switch (link.key().onUpdate()) {
      case NO_ACTION -> noteParents(link, before);
      case RESTRICT -> link.requireUnreferenced(before, false);
      case CASCADE -> {
        TableChange change = new TableChange(run.program(link.child()), run);
        for (ForeignKeyLink.Reference reference : link.referencing(before)) {
          @Nullable Object[] row = reference.row().clone();
          link.copyKey(moved.get(reference.parent()).after(), row);
          change.update(reference.row(), row);
        }
        goOn(change);
      }
      case SET_NULL, SET_DEFAULT -> reset(link, before, link.key().onUpdate());
    }
  }

  private void reset(
      ForeignKeyLink link, List<@Nullable Object[]> parentRows, ForeignKey.Action action) {
    TableProgram program = run.program(link.child());
    TableChange change = new TableChange(program, run);
    for (ForeignKeyLink.Reference reference : link.referencing(parentRows)) {
      @Nullable Object[] row = reference.row().clone();
      for (int position : link.childPositions()) {
        row[position] =
            action == ForeignKey.Action.SET_NULL
                ? null
                : program.defaultOf(position, reference.row(), run);
      }
      change.update(reference.row(), row);
    }
    goOn(change);
  }

  private void goOn(TableChange change) {
    if (++depth > DEPTH_MAX) {
      throw new SqlException(
          SqlState.STATEMENT_TOO_COMPLEX,
          "foreign keys lead through more than " + DEPTH_MAX + " steps");
    }
    change.write();
    follow(change);
    depth--;
  }

  private void noteParents(ForeignKeyLink link, List<@Nullable Object[]> rows) {
    parents
        .computeIfAbsent(link.key(), ignored -> new Parents(link, new ArrayList<>()))
        .rows()
        .addAll(rows);
  }

  /** At the end of the statement: what was noted on the way must hold now. */
  void check() {
    children.forEach(
        (key, noted) ->
            new ForeignKeyLink(tableOf(key.table()), noted.table(), key, run)
                .requirePartners(noted.rows()));
    parents.forEach((key, noted) -> noted.link().requireUnreferenced(noted.rows(), true));
  }
}
