package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.RoleName;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.syntax.ast.SchemaStatement.CreateSchema;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.ArrayList;
import java.util.List;

/** CREATE and ALTER SCHEMA. */
final class NamespaceStatements {
  private final DdlContext context;

  NamespaceStatements(DdlContext context) {
    this.context = context;
  }

  void create(CreateSchema statement) {
    RoleName authorization = statement.authorization();
    String owner =
        authorization == null
            ? context.user()
            : new RoleStatements(context).existing(authorization);
    Name given = statement.name();
    String name = given == null ? owner : given.text();
    context.rights().require(AccessObject.database(), "C");
    context.requireMember(owner);
    checkName(name, statement.position());
    if (context.catalog().hasSchema(name)) {
      if (!statement.ifNotExists()) {
        throw SqlException.of(SqlState.DUPLICATE_SCHEMA, "schema \"%s\" already exists", name);
      }
      context.notice(SqlState.DUPLICATE_SCHEMA, "schema \"%s\" already exists, skipping", name);
      return;
    }
    long id = context.changes().nextId();
    context.changes().put(new CatalogEntry.OfSchema(new SchemaDescriptor(id, name, owner)));
    createElements(name, statement.elements());
  }

  /** What is created inside of CREATE SCHEMA goes to that schema. */
  private void createElements(String schema, List<Statement> elements) {
    if (elements.isEmpty()) {
      return;
    }
    List<String> path = context.catalog().searchedSchemas(false);
    List<String> inside = new ArrayList<>(path);
    inside.addFirst(schema);
    context.catalog().setSearchPath(inside);
    try {
      for (Statement element : elements) {
        if (element instanceof SchemaStatement nested) {
          SchemaStatements.execute(context, nested);
        } else {
          throw SchemaStatements.unsupported(
              "this statement is not supported inside of CREATE SCHEMA", element.position());
        }
      }
    } finally {
      context.catalog().setSearchPath(path);
    }
  }

  void rename(SchemaDescriptor schema, Name newName) {
    context.rights().require(AccessObject.database(), "C");
    checkName(newName.text(), newName.position());
    if (context.catalog().hasSchema(newName.text())) {
      throw SqlException.of(
          SqlState.DUPLICATE_SCHEMA, "schema \"%s\" already exists", newName.text());
    }
    List<CatalogEntry> entries = new ArrayList<>();
    entries.add(
        new CatalogEntry.OfSchema(
            new SchemaDescriptor(schema.id(), newName.text(), schema.owner())));
    for (Relation relation : context.catalog().relations(schema.name())) {
      ObjectName moved = new ObjectName(newName.text(), relation.name());
      entries.add(new CatalogEntry.OfRelation(Renaming.renamed(relation, moved)));
    }
    new Renaming(context).put(entries);
  }

  void setOwner(SchemaDescriptor schema, RoleName role) {
    String owner = new RoleStatements(context).existing(role);
    if (owner.equals(schema.owner())) {
      return;
    }
    context.requireMember(owner);
    context.rights().require(AccessObject.database(), "C");
    context.moveAccess(AccessObject.of(schema), owner);
    context
        .changes()
        .put(new CatalogEntry.OfSchema(new SchemaDescriptor(schema.id(), schema.name(), owner)));
  }

  private static void checkName(String name, int position) {
    if (name.startsWith("pg_")) {
      throw SqlException.of(SqlState.RESERVED_NAME, "unacceptable schema name \"%s\"", name)
          .withDetail("The prefix \"pg_\" is reserved for system schemas.")
          .at(position);
    }
  }
}
