package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.AlterAction;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.SchemaStatement.Alter;
import java.util.ArrayList;
import java.util.List;

/** ALTER of all kinds of things. */
final class AlterStatements {
  private final DdlContext context;

  AlterStatements(DdlContext context) {
    this.context = context;
  }

  void alter(Alter statement) {
    switch (statement.kind()) {
      case TABLE, VIEW, SEQUENCE -> alterRelation(statement);
      case INDEX -> alterIndex(statement);
      case SCHEMA -> alterSchema(statement);
      default ->
          throw SchemaStatements.unsupported(
              "ALTER %s is not supported".formatted(statement.kind().sql()), statement.position());
    }
  }

  private void alterRelation(Alter statement) {
    Relation relation = context.find(statement.name());
    if (relation == null) {
      if (isIndex(statement) && statement.kind() == ObjectKind.TABLE) {
        alterIndex(statement);
        return;
      }
      if (!statement.ifExists()) {
        throw DdlContext.noRelation(statement.name());
      }
      skip(statement);
      return;
    }
    if (!(relation instanceof VirtualTable)) {
      context.rights().requireOwner(relation);
    }
    checkKind(statement, relation);
    for (AlterAction action : statement.actions()) {
      Relation current = context.catalog().relation(relation.id());
      if (current == null) {
        throw new IllegalStateException("relation " + relation.name() + " is gone");
      }
      if (!alterAny(current, action)) {
        alterOwnKind(current, action);
      }
    }
  }

  private boolean isIndex(Alter statement) {
    return context.catalog().findId(statement.name().qualifier(), statement.name().last()) != null;
  }

  private void skip(Alter statement) {
    context.notice(
        SqlState.SUCCESSFUL_COMPLETION,
        "relation \"%s\" does not exist, skipping",
        DdlContext.withoutDatabase(statement.name()));
  }

  private static void checkKind(Alter statement, Relation relation) {
    if (relation instanceof VirtualTable) {
      throw DdlContext.systemCatalog(relation).at(statement.name().position());
    }
    boolean matches =
        switch (statement.kind()) {
          case VIEW -> relation instanceof ViewDescriptor;
          case SEQUENCE -> relation instanceof SequenceDescriptor;
          default -> true;
        };
    if (!matches) {
      throw SqlException.of(
              SqlState.WRONG_OBJECT_TYPE,
              "\"%s\" is not a %s",
              relation.name(),
              statement.kind().phrase())
          .at(statement.name().position());
    }
  }

  /** What can be done to a relation of any kind; false for other actions. */
  private boolean alterAny(Relation relation, AlterAction action) {
    switch (action) {
      case AlterAction.RenameTo to -> {
        context.requireCreateIn(relation.schema());
        new Renaming(context)
            .rename(relation, new ObjectName(relation.schema(), to.newName().text()));
      }
      case AlterAction.SetSchema to -> setSchema(relation, to.schema());
      case AlterAction.OwnerTo to ->
          new Ownership(context).change(relation, new RoleStatements(context).existing(to.role()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void setSchema(Relation relation, Name schema) {
    if (!context.catalog().hasSchema(schema.text())) {
      throw DdlContext.noSchema(schema.text()).at(schema.position());
    }
    context.requireCreateIn(schema.text());
    if (relation.schema().equals(schema.text())) {
      return;
    }
    if (relation instanceof TableDescriptor table) {
      for (SequenceDescriptor owned : Dependents.ownedSequences(context.catalog(), table, 0)) {
        new Renaming(context).rename(owned, new ObjectName(schema.text(), owned.name()));
      }
    }
    Relation current = context.catalog().relation(relation.id());
    new Renaming(context)
        .rename(
            current == null ? relation : current, new ObjectName(schema.text(), relation.name()));
  }

  private void alterOwnKind(Relation relation, AlterAction action) {
    switch (relation) {
      case TableDescriptor table -> new TableAlteration(context, table).apply(action);
      case ViewDescriptor view -> alterView(view, action);
      case SequenceDescriptor sequence -> alterSequence(sequence, action);
      case VirtualTable virtual -> throw DdlContext.systemCatalog(virtual);
    }
  }

  private void alterView(ViewDescriptor view, AlterAction action) {
    if (!(action instanceof AlterAction.RenameColumn rename)) {
      throw SchemaStatements.unsupported(
          "this change of a view is not supported", action.position());
    }
    int index = view.columnNames().indexOf(rename.column().text());
    if (index < 0) {
      throw SqlException.of(
              SqlState.UNDEFINED_COLUMN, "column \"%s\" does not exist", rename.column().text())
          .at(rename.column().position());
    }
    new ViewTexts(context, view).renamed(rename.column().text(), rename.newName().text());
    List<String> names = new ArrayList<>(view.columnNames());
    names.set(index, rename.newName().text());
    context.put(
        new ViewDescriptor(
            view.id(),
            view.schema(),
            view.name(),
            view.version() + 1,
            view.owner(),
            view.sql(),
            names,
            view.columnTypes(),
            view.dependsOn()));
  }

  private void alterSequence(SequenceDescriptor sequence, AlterAction action) {
    switch (action) {
      case AlterAction.ChangeSequence change ->
          new SequenceStatements(context).change(sequence, change.options(), false);
      case AlterAction.SetLogged logged -> {}
      default ->
          throw SchemaStatements.unsupported(
              "this change of a sequence is not supported", action.position());
    }
  }

  private void alterIndex(Alter statement) {
    Long id = context.catalog().findId(statement.name().qualifier(), statement.name().last());
    TableDescriptor table = id == null ? null : context.catalog().tableOfPart(id);
    if (id == null || table == null) {
      if (!statement.ifExists()) {
        throw DdlContext.noRelation(statement.name());
      }
      skip(statement);
      return;
    }
    context.rights().requireOwner(Ownership.ofIndex(table, id));
    for (AlterAction action : statement.actions()) {
      switch (action) {
        case AlterAction.RenameTo to -> renameIndex(context.current(table), id, to.newName());
        case AlterAction.SetOptions options -> {}
        case AlterAction.ResetOptions options -> {}
        case AlterAction.TuneColumn tuning -> {}
        case AlterAction.SetTablespace to -> TableCreation.checkTablespace(to.tablespace());
        default ->
            throw SchemaStatements.unsupported(
                "this change of an index is not supported", action.position());
      }
    }
  }

  private void renameIndex(TableDescriptor table, long oid, Name name) {
    context.checkFree(new ObjectName(table.schema(), name.text()));
    TableDraft draft = new TableDraft(table);
    IndexDescriptor rows = table.primary();
    if (rows.oid() == oid) {
      draft.setPrimary(rows.withName(name.text()));
    }
    draft.indexes.replaceAll(index -> index.oid() == oid ? index.withName(name.text()) : index);
    context.put(draft.build());
  }

  private void alterSchema(Alter statement) {
    SchemaDescriptor schema = context.snapshot().schema(statement.name().last());
    if (schema == null) {
      throw DdlContext.noSchema(statement.name().last()).at(statement.name().position());
    }
    context.rights().requireOwner(AccessObject.of(schema));
    for (AlterAction action : statement.actions()) {
      switch (action) {
        case AlterAction.RenameTo to ->
            new NamespaceStatements(context).rename(schema, to.newName());
        case AlterAction.OwnerTo to -> new NamespaceStatements(context).setOwner(schema, to.role());
        default ->
            throw SchemaStatements.unsupported(
                "this change of a schema is not supported", action.position());
      }
    }
  }
}
