package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Constraint;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeCategory;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds CHECK and FOREIGN KEY constraints to drafts of tables. */
final class ConstraintDefinition {
  private final DdlContext context;

  ConstraintDefinition(DdlContext context) {
    this.context = context;
  }

  /**
   * @param ofColumn the column that the constraint was written at; null: it is the table's
   */
  CheckConstraint addCheck(
      TableDraft draft, Constraint.Check check, @Nullable String ofColumn, boolean validated) {
    TableDescriptor table = IndexDefinitions.withRowId(draft);
    context.checker().checkCondition(check.condition(), table, context.catalog());
    String given = check.name();
    String name = given;
    if (name == null) {
      List<String> read = context.checker().columnsOf(check.condition(), table);
      List<String> named =
          ofColumn != null ? List.of(ofColumn) : read.size() == 1 ? read : List.of();
      name = ObjectNaming.constraint(draft.name, named, "check", draft::hasConstraint);
    }
    draft.checkNewConstraint(name);
    CheckConstraint added =
        new CheckConstraint(
            context.changes().nextId(), name, context.text(check.condition()), validated);
    draft.checks.add(added);
    return added;
  }

  /** Adds a foreign key to the draft; the other table learns of it by {@link #tellReferenced}. */
  ForeignKey addForeignKey(TableDraft draft, Constraint.ForeignKey key, boolean validated) {
    Constraint.Reference reference = key.reference();
    checkSupported(key);
    List<ColumnDescriptor> columns = columns(draft, key.columns());
    TableDescriptor target = target(draft, reference);
    List<ColumnDescriptor> references = references(target, reference, columns.size());
    if (target.id() != draft.id) {
      requireReference(target, references);
    }
    if (references.size() != columns.size()) {
      throw new SqlException(
              SqlState.INVALID_FOREIGN_KEY,
              "number of referencing and referenced columns for foreign key disagree")
          .at(key.position());
    }
    List<Integer> referenced = references.stream().map(ColumnDescriptor::id).toList();
    if (Tables.uniqueOver(target, referenced) == null) {
      throw SqlException.of(
              SqlState.INVALID_FOREIGN_KEY,
              "there is no unique constraint matching given keys for referenced table \"%s\"",
              target.name())
          .at(key.position());
    }
    String name = foreignKeyName(draft, key, columns);
    checkTypes(name, columns, references, key.position());
    ForeignKey added =
        new ForeignKey(
            context.changes().nextId(),
            name,
            columns.stream().map(ColumnDescriptor::id).toList(),
            target.id(),
            referenced,
            action(reference.onDelete()),
            action(reference.onUpdate()),
            key.timing().deferrable(),
            key.timing().initiallyDeferred(),
            validated);
    draft.foreignKeys.add(added);
    if (target.id() == draft.id && !draft.referencedBy.contains(draft.id)) {
      draft.referencedBy.add(draft.id);
    }
    return added;
  }

  /** Whoever refers to a table can find out what is in it. */
  private void requireReference(TableDescriptor target, List<ColumnDescriptor> columns) {
    AccessObject object = AccessObject.of(target);
    for (ColumnDescriptor column : columns) {
      if (!context.rights().mayColumn(object, "x", column.id())) {
        throw object.denied();
      }
    }
  }

  /** Makes referenced tables know who refers to them. */
  void tellReferenced(TableDescriptor table) {
    for (ForeignKey key : table.foreignKeys()) {
      TableDescriptor target = context.table(key.table());
      if (!target.referencedBy().contains(table.id())) {
        TableDraft draft = new TableDraft(target);
        draft.referencedBy.add(table.id());
        context.put(draft.build());
      }
    }
  }

  /** Makes a table forget a referring one that has no foreign key to it any more. */
  void forgetReferring(long target, TableDescriptor referring) {
    boolean refers = referring.foreignKeys().stream().anyMatch(key -> key.table() == target);
    if (!refers && context.catalog().relation(target) instanceof TableDescriptor table) {
      TableDraft draft = new TableDraft(table);
      if (draft.referencedBy.remove(referring.id())) {
        context.put(draft.build());
      }
    }
  }

  private static void checkSupported(Constraint.ForeignKey key) {
    Constraint.Reference reference = key.reference();
    if (reference.match() == Constraint.Match.PARTIAL) {
      throw new SqlException(SqlState.FEATURE_NOT_SUPPORTED, "MATCH PARTIAL not yet implemented")
          .at(key.position());
    }
    if (reference.match() == Constraint.Match.FULL && key.columns().size() > 1) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED, "MATCH FULL over several columns is not supported")
          .at(key.position());
    }
    if (!reference.onDeleteColumns().isEmpty()) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED,
              "ON DELETE SET with a list of columns is not supported")
          .at(key.position());
    }
  }

  private static List<ColumnDescriptor> columns(TableDraft draft, List<Name> names) {
    List<ColumnDescriptor> columns = new ArrayList<>();
    for (Name name : names) {
      ColumnDescriptor found = draft.find(name.text());
      if (found == null) {
        throw notThere(name);
      }
      columns.add(found);
    }
    return columns;
  }

  private static SqlException notThere(Name column) {
    return SqlException.of(
            SqlState.UNDEFINED_COLUMN,
            "column \"%s\" referenced in foreign key constraint does not exist",
            column.text())
        .at(column.position());
  }

  /** The table that is referred to; it may be the one that is being made. */
  private TableDescriptor target(TableDraft draft, Constraint.Reference reference) {
    boolean self =
        reference.table().last().equals(draft.name)
            && (reference.table().qualifier() == null
                || draft.schema.equals(reference.table().qualifier()));
    Relation found = context.find(reference.table());
    if (self && (found == null || found.id() == draft.id)) {
      return IndexDefinitions.withRowId(draft);
    }
    if (found == null) {
      throw DdlContext.noRelation(reference.table());
    }
    if (!(found instanceof TableDescriptor table)) {
      throw SqlException.of(
              SqlState.WRONG_OBJECT_TYPE, "referenced relation \"%s\" is not a table", found.name())
          .at(reference.table().position());
    }
    return table;
  }

  private static List<ColumnDescriptor> references(
      TableDescriptor target, Constraint.Reference reference, int wanted) {
    if (reference.columns().isEmpty()) {
      List<ColumnDescriptor> key = Tables.primaryKey(target);
      if (key.isEmpty()) {
        throw SqlException.of(
                SqlState.UNDEFINED_OBJECT,
                "there is no primary key for referenced table \"%s\"",
                target.name())
            .at(reference.table().position());
      }
      return key;
    }
    List<ColumnDescriptor> columns = new ArrayList<>();
    for (Name name : reference.columns()) {
      ColumnDescriptor found = target.column(name.text());
      if (found == null || found.hidden()) {
        throw notThere(name);
      }
      columns.add(found);
    }
    if (new HashSet<>(columns).size() != columns.size() && columns.size() == wanted) {
      throw new SqlException(
              SqlState.INVALID_FOREIGN_KEY,
              "foreign key referenced-columns list must not contain duplicates")
          .at(reference.table().position());
    }
    return columns;
  }

  private String foreignKeyName(
      TableDraft draft, Constraint.ForeignKey key, List<ColumnDescriptor> columns) {
    String given = key.name();
    if (given == null) {
      List<String> names = columns.stream().map(ColumnDescriptor::name).toList();
      return ObjectNaming.constraint(draft.name, names, "fkey", draft::hasConstraint);
    }
    draft.checkNewConstraint(given);
    return given;
  }

  private static void checkTypes(
      String name,
      List<ColumnDescriptor> columns,
      List<ColumnDescriptor> references,
      int position) {
    for (int i = 0; i < columns.size(); i++) {
      SqlType mine = columns.get(i).type();
      SqlType theirs = references.get(i).type();
      if (!mine.isSameAs(theirs) && TypeCategory.of(mine) != TypeCategory.of(theirs)) {
        throw SqlException.of(
                SqlState.DATATYPE_MISMATCH,
                "foreign key constraint \"%s\" cannot be implemented",
                name)
            .withDetail(
                "Key columns \"%s\" and \"%s\" are of incompatible types: %s and %s."
                    .formatted(
                        columns.get(i).name(),
                        references.get(i).name(),
                        TypeNames.format(mine),
                        TypeNames.format(theirs)))
            .at(position);
      }
    }
  }

  private static ForeignKey.Action action(Constraint.Action action) {
    return switch (action) {
      case NO_ACTION -> ForeignKey.Action.NO_ACTION;
      case RESTRICT -> ForeignKey.Action.RESTRICT;
      case CASCADE -> ForeignKey.Action.CASCADE;
      case SET_NULL -> ForeignKey.Action.SET_NULL;
      case SET_DEFAULT -> ForeignKey.Action.SET_DEFAULT;
    };
  }
}
