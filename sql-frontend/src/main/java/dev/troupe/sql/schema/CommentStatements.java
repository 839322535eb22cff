package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SchemaStatement.Comment;
import java.util.List;

/** COMMENT ON. */
final class CommentStatements {
  private final DdlContext context;

  CommentStatements(DdlContext context) {
    this.context = context;
  }

  void comment(Comment statement) {
    CommentTarget target = target(statement);
    String text = statement.text();
    if (text == null || text.isEmpty()) {
      context.changes().remove(List.of(CatalogKeys.comment(target)));
    } else {
      context.changes().put(new CatalogEntry.OfComment(target, text));
    }
  }

  private CommentTarget target(Comment statement) {
    return switch (statement.kind()) {
      case TABLE, VIEW, SEQUENCE, INDEX, MATERIALIZED_VIEW -> ofRelation(statement);
      case COLUMN -> ofColumn(statement.name());
      case CONSTRAINT -> ofConstraint(statement);
      case SCHEMA -> ofSchema(statement.name());
      case DATABASE -> ofDatabase(statement.name());
      case ROLE -> {
        RoleStatements roles = new RoleStatements(context);
        Role role = roles.role(statement.name().last(), statement.position());
        roles.checkMayChange(role, "comment on");
        yield new CommentTarget(CommentTarget.ROLES, role.id(), 0);
      }
      default ->
          throw SchemaStatements.unsupported(
              "comments on %ss are not supported".formatted(statement.kind().phrase()),
              statement.position());
    };
  }

  private CommentTarget ofRelation(Comment statement) {
    QualifiedName name = statement.name();
    Long id = context.catalog().findId(name.qualifier(), name.last());
    if (id == null) {
      throw DdlContext.noRelation(name);
    }
    Relation relation = context.catalog().relation(id);
    boolean matches =
        switch (relation) {
          case null -> statement.kind() == ObjectKind.INDEX;
          case TableDescriptor table -> statement.kind() == ObjectKind.TABLE;
          case ViewDescriptor view -> statement.kind() == ObjectKind.VIEW;
          case SequenceDescriptor sequence -> statement.kind() == ObjectKind.SEQUENCE;
          case VirtualTable virtual -> throw DdlContext.systemCatalog(virtual);
        };
    if (!matches) {
      throw SqlException.of(
              SqlState.WRONG_OBJECT_TYPE,
              "\"%s\" is not %s %s",
              name.last(),
              statement.kind() == ObjectKind.INDEX ? "an" : "a",
              statement.kind().phrase())
          .at(name.position());
    }
    TableDescriptor indexed = context.catalog().tableOfPart(id);
    if (relation != null) {
      context.rights().requireOwner(relation);
    } else if (indexed != null) {
      context.rights().requireOwner(Ownership.ofIndex(indexed, id));
    }
    return new CommentTarget(CommentTarget.RELATIONS, id, 0);
  }

  private CommentTarget ofColumn(QualifiedName name) {
    List<String> parts = name.parts();
    if (parts.size() < 2) {
      throw new SqlException(SqlState.SYNTAX_ERROR, "column name must be qualified")
          .at(name.position());
    }
    QualifiedName table = new QualifiedName(parts.subList(0, parts.size() - 1), name.position());
    Relation relation = context.relation(table);
    AccessObject object = AccessObject.of(relation);
    if (!context.rights().owns(object)) {
      throw SqlException.of(
          SqlState.INSUFFICIENT_PRIVILEGE, "must be owner of relation %s", relation.name());
    }
    int number = relation.columnNames().indexOf(name.last()) + 1;
    if (relation instanceof TableDescriptor found) {
      ColumnDescriptor column = new TableDraft(found).column(name.last(), name.position());
      number = column.id();
    }
    if (number == 0) {
      throw SqlException.of(
              SqlState.UNDEFINED_COLUMN,
              "column \"%s\" of relation \"%s\" does not exist",
              name.last(),
              relation.name())
          .at(name.position());
    }
    return new CommentTarget(CommentTarget.RELATIONS, relation.id(), number);
  }

  private CommentTarget ofConstraint(Comment statement) {
    QualifiedName tableName = statement.table();
    String name = statement.name().last();
    if (tableName == null) {
      throw SchemaStatements.unsupported(
          "comments on constraints of domains are not supported", statement.position());
    }
    TableDescriptor table = context.table(tableName);
    context.rights().requireOwner(table);
    for (IndexDescriptor index : Tables.indexes(table)) {
      if (index.constraint() && index.name().equals(name)) {
        return new CommentTarget(CommentTarget.CONSTRAINTS, index.oid(), 0);
      }
    }
    for (CheckConstraint check : table.checks()) {
      if (check.name().equals(name)) {
        return new CommentTarget(CommentTarget.CONSTRAINTS, check.oid(), 0);
      }
    }
    for (ForeignKey key : table.foreignKeys()) {
      if (key.name().equals(name)) {
        return new CommentTarget(CommentTarget.CONSTRAINTS, key.oid(), 0);
      }
    }
    throw SqlException.of(
            SqlState.UNDEFINED_OBJECT,
            "constraint \"%s\" for table \"%s\" does not exist",
            name,
            table.name())
        .at(statement.name().position());
  }

  private CommentTarget ofSchema(QualifiedName name) {
    SchemaDescriptor schema = context.catalog().schema(name.last());
    if (schema == null) {
      throw DdlContext.noSchema(name.last()).at(name.position());
    }
    context.rights().requireOwner(AccessObject.of(schema));
    return new CommentTarget(CommentTarget.SCHEMAS, schema.id(), 0);
  }

  private CommentTarget ofDatabase(QualifiedName name) {
    if (!name.last().equals(SchemaStatements.DATABASE)) {
      throw SqlException.of(
              SqlState.INVALID_CATALOG_NAME, "database \"%s\" does not exist", name.last())
          .at(name.position());
    }
    context.rights().requireOwner(AccessObject.database());
    return new CommentTarget(CommentTarget.DATABASES, SchemaStatements.DATABASE_ID, 0);
  }
}
