package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.SchemaStatement;

/**
 * CREATE INDEX. The entries of rows that are there are made by a {@link SchemaJob}, or in the same
 * transaction when the statement is not all of it: then its reads of the rows are validated when it
 * commits, and whoever writes the table must have read the version of the catalog that has the
 * index, or fails.
 */
final class IndexCreation {
  private final DdlContext context;

  IndexCreation(DdlContext context) {
    this.context = context;
  }

  void create(SchemaStatement.CreateIndex statement) {
    TableDescriptor table = context.table(statement.table());
    context.rights().requireOwner(table);
    SchemaStatement.IndexDefinition definition = statement.definition();
    IndexDefinitions.checkMethod(definition.method(), statement.position());
    IndexDefinitions.checkSupported(
        definition.nullsNotDistinct(),
        dev.troupe.sql.syntax.ast.Constraint.Timing.IMMEDIATE,
        statement.position());
    String name = statement.name() == null ? null : statement.name().text();
    if (name != null
        && statement.ifNotExists()
        && context.catalog().isTaken(table.schema(), name)) {
      context.notice(SqlState.DUPLICATE_TABLE, "relation \"%s\" already exists, skipping", name);
      return;
    }
    TableDraft draft = new TableDraft(table);
    IndexDescriptor index =
        new IndexDefinitions(context)
            .add(
                draft,
                new IndexDefinitions.Request(
                    statement.name(),
                    statement.unique(),
                    definition.elements(),
                    definition.storage(),
                    definition.where()));
    putAndFill(table, draft, index);
  }

  /** Puts the table with its new index, and makes the index's entries. */
  void putAndFill(TableDescriptor old, TableDraft draft, IndexDescriptor index) {
    if (context.leavesRowsFor(old)) {
      draft.indexes.replaceAll(
          other -> other.id() == index.id() ? other.withState(ElementState.WRITE_ONLY) : other);
      context.put(draft.build());
      context.leave(SchemaJob.of(SchemaJob.Kind.INDEX, old.id(), index.oid()));
      return;
    }
    TableDescriptor changed = draft.build();
    context.put(changed);
    if (!context.data().isEmpty(old)) {
      context.data().fillIndex(changed, index);
    }
  }
}
