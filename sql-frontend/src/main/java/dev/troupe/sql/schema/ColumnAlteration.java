package dev.troupe.sql.schema;

import dev.troupe.protocol.model.Key;
import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ColumnDescriptor.Identity;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.ast.AlterAction;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Name;
import java.util.List;

/** Changes of a column that leave its rows alone. */
final class ColumnAlteration {
  private final DdlContext context;
  private final TableDescriptor table;
  private final TableDraft draft;

  ColumnAlteration(DdlContext context, TableDescriptor table) {
    this.context = context;
    this.table = table;
    this.draft = new TableDraft(table);
  }

  private ColumnDescriptor column(Name name) {
    return draft.column(name.text(), name.position());
  }

  private SqlException wrong(SqlState state, Name column, String what) {
    return SqlException.of(
            state, "column \"%s\" of relation \"%s\" %s", column.text(), table.name(), what)
        .at(column.position());
  }

  void rename(Name from, Name to) {
    ColumnDescriptor column = column(from);
    if (draft.find(to.text()) != null) {
      throw wrong(SqlState.DUPLICATE_COLUMN, to, "already exists");
    }
    ColumnDefinition.checkName(draft, to.text(), to.position());
    new ViewTexts(context, table).renamed(from.text(), to.text());
    draft.replace(column.id(), changed -> changed.name(to.text()));
    for (ColumnDescriptor other : List.copyOf(draft.columns)) {
      String generated = other.generatedSql();
      if (generated != null) {
        String text = StoredNames.renameColumn(generated, from.text(), to.text());
        draft.replace(other.id(), changed -> changed.generatedSql(text));
      }
    }
    draft.checks.replaceAll(
        check ->
            new CheckConstraint(
                check.oid(),
                check.name(),
                StoredNames.renameColumn(check.sql(), from.text(), to.text()),
                check.validated()));
    draft.indexes.replaceAll(
        index -> {
          String predicate = index.predicateSql();
          return predicate == null
              ? index
              : index.withPredicate(StoredNames.renameColumn(predicate, from.text(), to.text()));
        });
    context.put(draft.build());
  }

  void setDefault(AlterAction.SetDefault action) {
    ColumnDescriptor column = column(action.column());
    if (column.identity() != Identity.NONE) {
      throw wrong(SqlState.SYNTAX_ERROR, action.column(), "is an identity column")
          .withHint("Use ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY instead.");
    }
    if (column.generatedSql() != null) {
      throw wrong(SqlState.SYNTAX_ERROR, action.column(), "is a generated column");
    }
    Expression value = action.value();
    if (value == null) {
      draft.replace(column.id(), changed -> changed.defaultSql(null).sequence(0));
    } else {
      context.checker().checkDefault(value, column, context.catalog());
      draft.replace(column.id(), changed -> changed.defaultSql(context.text(value)).sequence(0));
    }
    context.put(draft.build());
  }

  void setNotNull(AlterAction.SetNotNull action) {
    ColumnDescriptor column = column(action.column());
    if (column.nullable() != action.notNull()) {
      return;
    }
    if (action.notNull()) {
      checkNoNulls(column);
    } else {
      if (Tables.keyColumns(table.primary()).contains(column.id())) {
        throw SqlException.of(
                SqlState.INVALID_TABLE_DEFINITION,
                "column \"%s\" is in a primary key",
                column.name())
            .at(action.column().position());
      }
      if (column.identity() != Identity.NONE) {
        throw wrong(SqlState.SYNTAX_ERROR, action.column(), "is an identity column");
      }
    }
    draft.replace(column.id(), changed -> changed.nullable(!action.notNull()));
    context.put(draft.build());
  }

  private void checkNoNulls(ColumnDescriptor column) {
    String query =
        "SELECT 1 FROM %s WHERE %s IS NULL LIMIT 1"
            .formatted(TableAlteration.fullName(table), Identifiers.quote(column.name()));
    if (!context.data().isEmpty(table) && context.data().firstRow(query) != null) {
      throw TableAlteration.containsNulls(column.name(), table);
    }
  }

  void dropExpression(AlterAction.DropExpression action) {
    ColumnDescriptor column = column(action.column());
    if (column.generatedSql() == null) {
      String what = "is not a stored generated column";
      if (!action.ifExists()) {
        throw wrong(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, action.column(), what);
      }
      skip(action.column(), what);
      return;
    }
    draft.replace(column.id(), changed -> changed.generatedSql(null));
    context.put(draft.build());
  }

  private void skip(Name column, String what) {
    context.notice(
        SqlState.SUCCESSFUL_COMPLETION,
        "column \"%s\" of relation \"%s\" %s, skipping",
        column.text(),
        table.name(),
        what);
  }

  void addIdentity(AlterAction.AddIdentity action) {
    ColumnDescriptor column = column(action.column());
    SqlState state = SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE;
    if (column.nullable()) {
      throw wrong(state, action.column(), "must be declared NOT NULL before identity can be added");
    }
    if (column.identity() != Identity.NONE) {
      throw wrong(state, action.column(), "is already an identity column");
    }
    if (column.defaultSql() != null) {
      throw wrong(state, action.column(), "already has a default value");
    }
    ColumnDefinition.checkIdentityType(column.type());
    SequenceDescriptor sequence =
        new SequenceStatements(context)
            .createFor(draft, column.id(), column.name(), column.type(), action.options());
    draft.replace(
        column.id(),
        changed ->
            changed
                .identity(action.always() ? Identity.ALWAYS : Identity.BY_DEFAULT)
                .sequence(sequence.id())
                .defaultSql(ColumnDefinition.nextValue(sequence)));
    context.put(draft.build());
  }

  void setIdentity(AlterAction.SetIdentity action) {
    ColumnDescriptor column = column(action.column());
    if (column.identity() == Identity.NONE) {
      throw wrong(
          SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, action.column(), "is not an identity column");
    }
    Boolean always = action.always();
    if (always != null) {
      draft.replace(
          column.id(), changed -> changed.identity(always ? Identity.ALWAYS : Identity.BY_DEFAULT));
      context.put(draft.build());
    }
    if (!action.options().isEmpty()
        && context.catalog().relation(column.sequence()) instanceof SequenceDescriptor sequence) {
      new SequenceStatements(context).change(sequence, action.options(), true);
    }
  }

  void dropIdentity(AlterAction.DropIdentity action) {
    ColumnDescriptor column = column(action.column());
    if (column.identity() == Identity.NONE) {
      String what = "is not an identity column";
      if (!action.ifExists()) {
        throw wrong(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, action.column(), what);
      }
      skip(action.column(), what);
      return;
    }
    draft.replace(
        column.id(), changed -> changed.identity(Identity.NONE).sequence(0).defaultSql(null));
    context.put(draft.build());
    if (context.catalog().relation(column.sequence()) instanceof SequenceDescriptor sequence) {
      List<Key> gone = List.of(CatalogKeys.relation(sequence.id()));
      context.changes().remove(gone);
      new SequenceStatements(context).forgetPosition(sequence);
    }
  }
}
