package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.ast.AlterAction;
import dev.troupe.sql.syntax.ast.Constraint;
import dev.troupe.sql.syntax.ast.Name;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ADD, DROP, VALIDATE, ALTER and RENAME CONSTRAINT. */
final class ConstraintAlteration {
  private final DdlContext context;
  private final TableDescriptor table;
  private final TableDraft draft;

  ConstraintAlteration(DdlContext context, TableDescriptor table) {
    this.context = context;
    this.table = table;
    this.draft = new TableDraft(table);
  }

  void add(Constraint constraint) {
    add(constraint, null);
  }

  /**
   * @param ofColumn the column that the constraint was written at; null: it is the table's
   */
  void add(Constraint constraint, @Nullable String ofColumn) {
    ConstraintDefinition definitions = new ConstraintDefinition(context);
    switch (constraint) {
      case Constraint.Unique unique -> addUnique(unique);
      case Constraint.Check check -> {
        boolean later = !check.notValid() && context.leavesRowsFor(table);
        CheckConstraint added =
            definitions.addCheck(draft, check, ofColumn, !check.notValid() && !later);
        context.put(draft.build());
        leave(later, added.oid());
        if (added.validated()) {
          ConstraintValidation.check(context, table, added);
        }
      }
      case Constraint.ForeignKey key -> {
        boolean later = !key.notValid() && context.leavesRowsFor(table);
        ForeignKey added = definitions.addForeignKey(draft, key, !key.notValid() && !later);
        TableDescriptor changed = draft.build();
        context.put(changed);
        definitions.tellReferenced(changed);
        leave(later, added.oid());
        if (added.validated()) {
          ConstraintValidation.foreignKey(context, table, added);
        }
      }
      case Constraint.ByIndex by -> addByIndex(by);
      case Constraint.Index index -> {
        IndexDescriptor added =
            new IndexDefinitions(context)
                .add(
                    draft,
                    new IndexDefinitions.Request(
                        index.name() == null ? null : new Name(index.name(), index.position()),
                        index.unique(),
                        index.elements(),
                        index.storage(),
                        index.where()));
        new IndexCreation(context).putAndFill(table, draft, added);
      }
    }
  }

  private void leave(boolean later, long oid) {
    if (later) {
      context.leave(SchemaJob.of(SchemaJob.Kind.CONSTRAINT, table.id(), oid));
    }
  }

  private void addUnique(Constraint.Unique unique) {
    if (!unique.primary()) {
      IndexDescriptor index = new IndexDefinitions(context).addUnique(draft, unique);
      new IndexCreation(context).putAndFill(table, draft, index);
      return;
    }
    if (Tables.hasPrimaryKey(table)) {
      throw TableCreation.multiplePrimaryKeys(draft).at(unique.position());
    }
    new IndexDefinitions(context).addUnique(draft, unique);
    moveRows();
  }

  /** Brings rows from the key that they have to that of the draft. */
  private void moveRows() {
    draft.columns.removeIf(
        column ->
            column.hidden()
                && Tables.hasPrimaryKey(draft.build())
                && Tables.keyColumns(table.primary()).contains(column.id()));
    TableDescriptor changed = draft.build();
    boolean empty = context.data().isEmpty(table);
    if (!empty) {
      for (IndexDescriptor.Key key : changed.primary().keys()) {
        if (!changed.column(key.column()).hidden()) {
          ConstraintValidation.notNull(context, table, key.column());
        }
      }
    }
    List<IndexDescriptor> indexes = new ArrayList<>(draft.indexes);
    draft.indexes.clear();
    // Entries of the others name rows by their primary key, so all of them are made anew.
    indexes.forEach(index -> draft.indexes.add(index.withId(draft.takeIndexId())));
    TableDescriptor moved = draft.build();
    context.put(moved);
    if (!empty) {
      context.data().move(table, moved);
    }
    context.changes().leaveGarbage(context.data().spanOf(table.id(), table.primary().id()));
    for (IndexDescriptor index : table.indexes()) {
      context.changes().leaveGarbage(context.data().spanOf(table.id(), index.id()));
    }
  }

  private void addByIndex(Constraint.ByIndex by) {
    IndexDescriptor index = Tables.index(table, by.index());
    if (index == null) {
      throw SqlException.of(SqlState.UNDEFINED_OBJECT, "index \"%s\" does not exist", by.index())
          .at(by.position());
    }
    if (index.state() != ElementState.PUBLIC) {
      throw SqlException.of(
              SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "index \"%s\" is not valid", by.index())
          .withHint("It is still being built; pg_stat_progress_create_index shows how far it is.")
          .at(by.position());
    }
    if (index.constraint()) {
      throw SqlException.of(
              SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
              "index \"%s\" is already associated with a constraint",
              by.index())
          .at(by.position());
    }
    if (!index.unique() || index.predicateSql() != null) {
      throw SqlException.of(
              SqlState.WRONG_OBJECT_TYPE,
              index.unique() ? "\"%s\" is a partial index" : "\"%s\" is not a unique index",
              by.index())
          .withDetail("Cannot create a primary key or unique constraint using such an index.")
          .at(by.position());
    }
    String given = by.name();
    String name = given == null ? index.name() : given;
    if (!name.equals(index.name())) {
      draft.checkNewConstraint(name);
      context.checkFree(new ObjectName(table.schema(), name));
      context.notice(
          SqlState.SUCCESSFUL_COMPLETION,
          "ALTER TABLE / ADD CONSTRAINT USING INDEX will rename index \"%s\" to \"%s\"",
          index.name(),
          name);
    }
    if (!by.primary()) {
      draft.indexes.replaceAll(
          other -> other.id() == index.id() ? other.asConstraint(name, false) : other);
      context.put(draft.build());
      return;
    }
    if (Tables.hasPrimaryKey(table)) {
      throw TableCreation.multiplePrimaryKeys(draft).at(by.position());
    }
    draft.indexes.removeIf(other -> other.id() == index.id());
    draft.setPrimary(index.asConstraint(name, true).withId(draft.takeIndexId()));
    index.keys().forEach(key -> draft.replace(key.column(), c -> c.nullable(false)));
    moveRows();
  }

  void drop(AlterAction.DropConstraint action) {
    String name = action.constraint().text();
    if (!draft.hasConstraint(name)) {
      if (!action.ifExists()) {
        throw noConstraint(action.constraint());
      }
      context.notice(
          SqlState.SUCCESSFUL_COMPLETION,
          "constraint \"%s\" of relation \"%s\" does not exist, skipping",
          name,
          table.name());
      return;
    }
    IndexDescriptor index = Tables.index(table, name);
    if (index != null && index.constraint()) {
      dropIndex(index, action.cascade());
      return;
    }
    remove(name);
  }

  /** Takes a CHECK or foreign key away. */
  void remove(String name) {
    draft.checks.removeIf(check -> check.name().equals(name));
    List<ForeignKey> keys =
        draft.foreignKeys.stream().filter(key -> key.name().equals(name)).toList();
    draft.foreignKeys.removeAll(keys);
    TableDescriptor changed = draft.build();
    context.put(changed);
    keys.forEach(key -> new ConstraintDefinition(context).forgetReferring(key.table(), changed));
  }

  private SqlException noConstraint(Name name) {
    return SqlException.of(
            SqlState.UNDEFINED_OBJECT,
            "constraint \"%s\" of relation \"%s\" does not exist",
            name.text(),
            table.name())
        .at(name.position());
  }

  private void dropIndex(IndexDescriptor index, boolean cascade) {
    List<String> dependencies = new ArrayList<>();
    List<String> cascades = new ArrayList<>();
    List<Runnable> losses = new ArrayList<>();
    for (long id : table.referencedBy()) {
      TableDescriptor referring = context.table(id);
      for (ForeignKey key : Dependents.relyingOn(context, table, index)) {
        if (referring.foreignKeys().contains(key)) {
          String described =
              "constraint %s on table %s"
                  .formatted(Identifiers.quote(key.name()), context.shown(referring));
          String shown = context.shown(table.schema(), index.name(), index.oid());
          dependencies.add(described + " depends on index " + shown);
          cascades.add(described);
          losses.add(() -> Dependents.dropForeignKey(context, id, key));
        }
      }
    }
    if (!dependencies.isEmpty() && !cascade) {
      throw Dropping.inTheWay(
          "constraint %s on table %s"
              .formatted(Identifiers.quote(index.name()), context.shown(table)),
          dependencies);
    }
    Dropping.announce(context, cascades);
    losses.forEach(Runnable::run);
    new ConstraintAlteration(context, context.current(table)).removeIndex(index);
  }

  /** Takes an index away that nothing relies on. */
  void removeIndex(IndexDescriptor index) {
    if (index.primary()) {
      TableCreation.addRowId(draft);
      moveRows();
      return;
    }
    draft.indexes.removeIf(other -> other.id() == index.id());
    context.put(draft.build());
    context.changes().leaveGarbage(context.data().spanOf(table.id(), index.id()));
  }

  void validate(Name name) {
    if (!draft.hasConstraint(name.text())) {
      throw noConstraint(name);
    }
    lookAtRows(name.text());
    markValidated(name.text());
  }

  /** Throws when rows break a constraint that was not validated. */
  void lookAtRows(String constraint) {
    for (CheckConstraint check : table.checks()) {
      if (check.name().equals(constraint) && !check.validated()) {
        ConstraintValidation.check(context, table, check);
      }
    }
    for (ForeignKey key : table.foreignKeys()) {
      if (key.name().equals(constraint) && !key.validated()) {
        ConstraintValidation.foreignKey(context, table, key);
      }
    }
  }

  void markValidated(String constraint) {
    draft.checks.replaceAll(
        check ->
            check.name().equals(constraint)
                ? new CheckConstraint(check.oid(), check.name(), check.sql(), true)
                : check);
    draft.foreignKeys.replaceAll(
        key -> key.name().equals(constraint) ? ForeignKeys.validated(key) : key);
    context.put(draft.build());
  }

  void setTiming(AlterAction.AlterConstraint action) {
    String name = action.constraint().text();
    if (table.foreignKeys().stream().noneMatch(key -> key.name().equals(name))) {
      throw draft.hasConstraint(name)
          ? SqlException.of(
                  SqlState.WRONG_OBJECT_TYPE,
                  "constraint \"%s\" of relation \"%s\" is not a foreign key constraint",
                  name,
                  table.name())
              .at(action.constraint().position())
          : noConstraint(action.constraint());
    }
    draft.foreignKeys.replaceAll(
        key ->
            key.name().equals(name)
                ? ForeignKeys.withTiming(
                    key, action.timing().deferrable(), action.timing().initiallyDeferred())
                : key);
    context.put(draft.build());
  }

  void rename(AlterAction.RenameConstraint action) {
    String name = action.constraint().text();
    String newName = action.newName().text();
    if (!draft.hasConstraint(name)) {
      throw SqlException.of(
              SqlState.UNDEFINED_OBJECT,
              "constraint \"%s\" for table \"%s\" does not exist",
              name,
              table.name())
          .at(action.constraint().position());
    }
    draft.checkNewConstraint(newName);
    IndexDescriptor index = Tables.index(table, name);
    if (index != null) {
      context.checkFree(new ObjectName(table.schema(), newName));
    }
    if (index != null && index.primary()) {
      draft.setPrimary(index.withName(newName));
    }
    draft.indexes.replaceAll(other -> other.name().equals(name) ? other.withName(newName) : other);
    draft.checks.replaceAll(
        check ->
            check.name().equals(name)
                ? new CheckConstraint(check.oid(), newName, check.sql(), check.validated())
                : check);
    draft.foreignKeys.replaceAll(
        key -> key.name().equals(name) ? ForeignKeys.withName(key, newName) : key);
    context.put(draft.build());
  }
}
