package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.syntax.ast.SequenceOption;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CREATE and ALTER SEQUENCE, and the sequences of columns. */
final class SequenceStatements {
  private final DdlContext context;

  SequenceStatements(DdlContext context) {
    this.context = context;
  }

  void create(SchemaStatement.CreateSequence statement) {
    SchemaStatements.refuseTemporary(statement.persistence(), statement.position());
    ObjectName name = context.creationName(statement.name());
    if (context.catalog().isTaken(name.schema(), name.name())) {
      if (!statement.ifNotExists()) {
        throw DdlContext.alreadyExists(name.name());
      }
      context.notice(
          SqlState.DUPLICATE_TABLE, "relation \"%s\" already exists, skipping", name.name());
      return;
    }
    SequenceDefinition definition =
        new SequenceDefinition(statement.options(), context.checker(), false);
    SequenceDescriptor sequence =
        definition.create(context.changes().nextId(), name, context.user());
    context.put(owned(sequence, definition.owner()));
  }

  /** A sequence for a serial or identity column, named after it. */
  SequenceDescriptor createFor(
      TableDraft table, int column, String columnName, SqlType type, List<SequenceOption> options) {
    SequenceDefinition definition =
        new SequenceDefinition(options, context.checker(), !options.isEmpty());
    definition.setType(type);
    QualifiedName given = definition.name();
    ObjectName name =
        given == null
            ? new ObjectName(
                table.schema,
                ObjectNaming.relation(
                    context.catalog(), table.schema, table.name, List.of(columnName), "seq"))
            : context.creationName(given);
    context.checkFree(name);
    SequenceDescriptor sequence = definition.create(context.changes().nextId(), name, table.owner);
    SequenceDescriptor owned = Sequences.withOwner(sequence, table.id, column);
    context.put(owned);
    return owned;
  }

  void change(SequenceDescriptor old, List<SequenceOption> options, boolean identity) {
    SequenceDefinition definition = new SequenceDefinition(options, context.checker(), identity);
    SequenceDescriptor changed = definition.change(old);
    if (definition.ownerGiven()) {
      checkNotIdentity(old);
      changed = owned(changed, definition.owner());
    }
    context.put(changed);
    if (definition.restarts()) {
      restart(changed, definition.restartAt(changed));
    }
  }

  /** Undone if the transaction is, other than {@code setval}. */
  void restart(SequenceDescriptor sequence, long at) {
    byte[] position = new Sequences.Position(at, false).toBytes();
    context.catalog().transaction().put(CatalogKeys.position(sequence.id()), position);
  }

  void forgetPosition(SequenceDescriptor sequence) {
    context.catalog().transaction().delete(CatalogKeys.position(sequence.id()));
  }

  private void checkNotIdentity(SequenceDescriptor sequence) {
    if (context.catalog().relation(sequence.ownerTable()) instanceof TableDescriptor table) {
      ColumnDescriptor column = table.column(sequence.ownerColumn());
      if (column.identity() != ColumnDescriptor.Identity.NONE) {
        throw new SqlException(
                SqlState.FEATURE_NOT_SUPPORTED, "cannot change ownership of identity sequence")
            .withDetail(
                "Sequence \"%s\" is linked to table \"%s\"."
                    .formatted(sequence.name(), table.name()));
      }
    }
  }

  private SequenceDescriptor owned(SequenceDescriptor sequence, @Nullable QualifiedName column) {
    if (column == null) {
      return sequence.ownerTable() == 0 ? sequence : Sequences.withOwner(sequence, 0, 0);
    }
    List<String> parts = column.parts();
    if (parts.size() < 2) {
      throw new SqlException(SqlState.SYNTAX_ERROR, "invalid OWNED BY option")
          .withHint("Specify OWNED BY table.column or OWNED BY NONE.")
          .at(column.position());
    }
    QualifiedName tableName =
        new QualifiedName(parts.subList(0, parts.size() - 1), column.position());
    Relation relation = context.relation(tableName);
    TableDescriptor table = DdlContext.table(relation, column.position());
    if (!table.owner().equals(sequence.owner())) {
      throw new SqlException(
          SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
          "sequence must have same owner as table it is linked to");
    }
    if (!table.schema().equals(sequence.schema())) {
      throw new SqlException(
          SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
          "sequence must be in same schema as table it is linked to");
    }
    ColumnDescriptor found = new TableDraft(table).column(column.last(), column.position());
    return Sequences.withOwner(sequence, table.id(), found.id());
  }
}
