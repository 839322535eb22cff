package dev.troupe.sql.schema;

import dev.troupe.protocol.model.Key;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SchemaStatement.Drop;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** DROP of all kinds of things. */
final class DropStatements {
  private final DdlContext context;

  DropStatements(DdlContext context) {
    this.context = context;
  }

  void drop(Drop statement) {
    switch (statement.kind()) {
      case TABLE, VIEW, SEQUENCE -> dropRelations(statement);
      case INDEX -> dropIndexes(statement);
      case SCHEMA -> dropSchemas(statement);
      case ROLE -> new RoleStatements(context).drop(statement);
      case MATERIALIZED_VIEW,
          TYPE,
          DOMAIN,
          EXTENSION,
          FUNCTION,
          PROCEDURE,
          AGGREGATE,
          TRIGGER,
          DATABASE,
          OPERATOR,
          COLLATION,
          CAST,
          RULE,
          POLICY,
          LANGUAGE,
          TABLESPACE,
          PUBLICATION,
          SUBSCRIPTION,
          STATISTICS,
          SERVER,
          FOREIGN_TABLE,
          FOREIGN_DATA_WRAPPER,
          EVENT_TRIGGER,
          LARGE_OBJECT,
          PARAMETER,
          COLUMN,
          CONSTRAINT ->
          dropAbsent(statement);
    }
  }

  /** Of kinds that nothing is of. */
  private void dropAbsent(Drop statement) {
    for (QualifiedName name : statement.names()) {
      if (statement.kind() == ObjectKind.DATABASE
          && name.last().equals(SchemaStatements.DATABASE)) {
        throw new SqlException(SqlState.OBJECT_IN_USE, "cannot drop the currently open database")
            .at(name.position());
      }
      absent(statement, name);
    }
  }

  private void absent(Drop statement, QualifiedName name) {
    SqlState state =
        switch (statement.kind()) {
          case TABLE, VIEW, SEQUENCE, MATERIALIZED_VIEW -> SqlState.UNDEFINED_TABLE;
          case DATABASE -> SqlState.INVALID_CATALOG_NAME;
          case FUNCTION, PROCEDURE, AGGREGATE -> SqlState.UNDEFINED_FUNCTION;
          default -> SqlState.UNDEFINED_OBJECT;
        };
    String schema = name.qualifier();
    boolean noSchema = schema != null && !context.catalog().hasSchema(schema);
    String message =
        noSchema
            ? "schema \"%s\" does not exist".formatted(schema)
            : "%s \"%s\" does not exist"
                .formatted(
                    statement.kind().phrase(),
                    statement.ifExists() ? name.last() : DdlContext.withoutDatabase(name));
    if (!statement.ifExists()) {
      throw new SqlException(noSchema ? SqlState.INVALID_SCHEMA_NAME : state, message)
          .at(name.position());
    }
    context.notice(SqlState.SUCCESSFUL_COMPLETION, "%s, skipping", message);
  }

  private void dropRelations(Drop statement) {
    Dropping dropping = new Dropping(context);
    for (QualifiedName name : statement.names()) {
      Relation found = context.find(name);
      if (found == null) {
        checkNotIndex(statement, name);
        absent(statement, name);
      } else {
        checkKind(statement.kind(), found, name.position());
        context.requireMayDrop(found);
        dropping.add(found);
      }
    }
    dropping.carryOut(statement.cascade());
  }

  private void checkNotIndex(Drop statement, QualifiedName name) {
    Long id = context.catalog().findId(name.qualifier(), name.last());
    if (id != null) {
      throw wrongKind(statement.kind(), name.last(), "index").at(name.position());
    }
  }

  private static void checkKind(ObjectKind wanted, Relation found, int position) {
    if (found instanceof VirtualTable) {
      throw DdlContext.systemCatalog(found).at(position);
    }
    boolean matches =
        switch (found) {
          case TableDescriptor table -> wanted == ObjectKind.TABLE;
          case ViewDescriptor view -> wanted == ObjectKind.VIEW;
          case SequenceDescriptor sequence -> wanted == ObjectKind.SEQUENCE;
          case VirtualTable virtual -> false;
        };
    if (!matches) {
      throw wrongKind(wanted, found.name(), DdlContext.kind(found)).at(position);
    }
  }

  private static SqlException wrongKind(ObjectKind wanted, String name, String kind) {
    String article = wanted == ObjectKind.INDEX ? "an" : "a";
    return SqlException.of(
            SqlState.WRONG_OBJECT_TYPE, "\"%s\" is not %s %s", name, article, wanted.phrase())
        .withHint(
            "Use DROP %s to remove %s %s."
                .formatted(kind.toUpperCase(Locale.ROOT), kind.equals("index") ? "an" : "a", kind));
  }

  private void dropIndexes(Drop statement) {
    for (QualifiedName name : statement.names()) {
      Long id = context.catalog().findId(name.qualifier(), name.last());
      if (id == null) {
        absent(statement, name);
        continue;
      }
      TableDescriptor table = context.catalog().tableOfPart(id);
      Relation relation = context.catalog().relation(id);
      if (relation != null || table == null) {
        throw wrongKind(
                ObjectKind.INDEX,
                name.last(),
                relation == null ? "table" : DdlContext.kind(relation))
            .at(name.position());
      }
      SchemaDescriptor schema = context.catalog().schema(table.schema());
      if (schema == null || !context.rights().hasRightsOf(schema.owner())) {
        context.rights().requireOwner(Ownership.ofIndex(table, id));
      }
      new Dropping(context).dropIndex(table, indexOf(table, id));
    }
  }

  private static IndexDescriptor indexOf(TableDescriptor table, long oid) {
    IndexDescriptor index = Tables.index(table, oid);
    if (index == null) {
      throw new IllegalStateException("table " + table.name() + " has no index " + oid);
    }
    return index;
  }

  private void dropSchemas(Drop statement) {
    for (QualifiedName name : statement.names()) {
      SchemaDescriptor schema = context.catalog().schema(name.last());
      if (schema == null) {
        if (!statement.ifExists()) {
          throw DdlContext.noSchema(name.last()).at(name.position());
        }
        context.notice(
            SqlState.SUCCESSFUL_COMPLETION, "schema \"%s\" does not exist, skipping", name.last());
        continue;
      }
      checkNotSystem(schema, name);
      context.rights().requireOwner(AccessObject.of(schema));
      Dropping dropping = new Dropping(context);
      dropping.addSchema(schema);
      dropping.carryOut(statement.cascade());
      forget(context, schema);
    }
  }

  /** Removes a schema in which nothing is any more. */
  static void forget(DdlContext context, SchemaDescriptor schema) {
    List<Key> gone = new ArrayList<>();
    gone.add(CatalogKeys.schema(schema.id()));
    gone.add(CatalogKeys.comment(new CommentTarget(CommentTarget.SCHEMAS, schema.id(), 0)));
    for (Grant grant : context.snapshot().grants(schema.id())) {
      gone.add(new CatalogEntry.OfGrant(grant).key());
    }
    context.changes().remove(gone);
  }

  private void checkNotSystem(SchemaDescriptor schema, QualifiedName name) {
    if (context.snapshot().schema(schema.name()) == null) {
      throw SqlException.of(
              SqlState.DEPENDENT_OBJECTS_STILL_EXIST,
              "cannot drop schema %s because it is required by the database system",
              Identifiers.quote(schema.name()))
          .at(name.position());
    }
  }
}
