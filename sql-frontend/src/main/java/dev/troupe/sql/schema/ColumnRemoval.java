package dev.troupe.sql.schema;

import dev.troupe.protocol.model.Key;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.ast.AlterAction;
import java.util.ArrayList;
import java.util.List;

/**
 * ALTER TABLE DROP COLUMN. Values stay in the rows, under a number that no other column ever gets.
 */
final class ColumnRemoval {
  private final DdlContext context;
  private final TableDescriptor table;
  private final List<String> dependencies = new ArrayList<>();
  private final List<String> cascades = new ArrayList<>();
  private final List<Runnable> losses = new ArrayList<>();

  ColumnRemoval(DdlContext context, TableDescriptor table) {
    this.context = context;
    this.table = table;
  }

  void drop(AlterAction.DropColumn action) {
    TableDraft draft = new TableDraft(table);
    String name = action.column().text();
    if (action.ifExists() && draft.find(name) == null) {
      context.notice(
          SqlState.SUCCESSFUL_COMPLETION,
          "column \"%s\" of relation \"%s\" does not exist, skipping",
          name,
          table.name());
      return;
    }
    ColumnDescriptor column = draft.column(name, action.column().position());
    findDependents(column);
    if (!dependencies.isEmpty() && !action.cascade()) {
      throw Dropping.inTheWay(subject(column), dependencies);
    }
    Dropping.announce(context, cascades);
    losses.forEach(Runnable::run);
    dropFrom(new TableDraft(context.current(table)), column);
  }

  private String subject(ColumnDescriptor column) {
    return "column %s of table %s"
        .formatted(Identifiers.quote(column.name()), context.shown(table));
  }

  private void depends(String described, ColumnDescriptor on) {
    dependencies.add(described + " depends on " + subject(on));
    cascades.add(described);
  }

  private void findDependents(ColumnDescriptor column) {
    for (ViewDescriptor view : Dependents.views(context.catalog(), table.id())) {
      if (new ViewTexts(context, table).mentions(view, column.name())) {
        depends("view " + context.shown(view), column);
        losses.add(() -> dropView(view));
      }
    }
    for (ColumnDescriptor other : table.columns()) {
      String generated = other.generatedSql();
      if (other.id() != column.id()
          && generated != null
          && StoredNames.mentions(generated, column.name())) {
        depends(subject(other), column);
        losses.add(
            () ->
                new ColumnRemoval(context, context.current(table))
                    .dropFrom(new TableDraft(context.current(table)), other));
      }
    }
    for (long id : table.referencedBy()) {
      TableDescriptor referring = context.table(id);
      for (ForeignKey key : referring.foreignKeys()) {
        if (key.table() == table.id()
            && key.references().contains(column.id())
            && !(id == table.id() && key.columns().contains(column.id()))) {
          depends(
              "constraint %s on table %s"
                  .formatted(Identifiers.quote(key.name()), context.shown(referring)),
              column);
          losses.add(() -> Dependents.dropForeignKey(context, id, key));
        }
      }
    }
  }

  private void dropView(ViewDescriptor view) {
    if (context.catalog().relation(view.id()) instanceof ViewDescriptor current) {
      Dropping dropping = new Dropping(context);
      dropping.add(current);
      dropping.carryOut(true);
    }
  }

  private void dropFrom(TableDraft draft, ColumnDescriptor column) {
    TableDescriptor before = context.current(table);
    if (before.columnNames().contains(column.name())) {
      new ViewTexts(context, before).dropped(column.name());
    }
    List<Key> gone = new ArrayList<>();
    gone.add(
        CatalogKeys.comment(new CommentTarget(CommentTarget.RELATIONS, table.id(), column.id())));
    draft.columns.removeIf(other -> other.id() == column.id());
    draft.checks.removeIf(check -> StoredNames.mentions(check.sql(), column.name()));
    List<IndexDescriptor> indexes =
        draft.indexes.stream().filter(index -> uses(index, column)).toList();
    draft.indexes.removeAll(indexes);
    List<ForeignKey> keys =
        draft.foreignKeys.stream().filter(key -> key.columns().contains(column.id())).toList();
    draft.foreignKeys.removeAll(keys);
    boolean rowsMove = Tables.keyColumns(before.primary()).contains(column.id());
    if (rowsMove) {
      TableCreation.addRowId(draft);
    }
    TableDescriptor after = draft.build();
    context.put(after);
    context.changes().remove(gone);
    if (rowsMove) {
      context.data().move(before, after);
    }
    indexes.forEach(
        index -> context.changes().leaveGarbage(context.data().spanOf(table.id(), index.id())));
    ConstraintDefinition constraints = new ConstraintDefinition(context);
    keys.forEach(key -> constraints.forgetReferring(key.table(), after));
    dropSequences(column);
  }

  private static boolean uses(IndexDescriptor index, ColumnDescriptor column) {
    String predicate = index.predicateSql();
    return Tables.keyColumns(index).contains(column.id())
        || index.included().contains(column.id())
        || (predicate != null && StoredNames.mentions(predicate, column.name()));
  }

  private void dropSequences(ColumnDescriptor column) {
    for (Relation owned : Dependents.ownedSequences(context.catalog(), table, column.id())) {
      if (owned instanceof SequenceDescriptor sequence) {
        context.changes().remove(List.of(CatalogKeys.relation(sequence.id())));
        new SequenceStatements(context).forgetPosition(sequence);
      }
    }
  }
}
