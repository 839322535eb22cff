package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the parts of a statement that changes the schema share. Lives as long as the statement. */
final class DdlContext {
  private final SchemaCatalog catalog;
  private final String user;
  private final ExpressionChecker checker;
  private final TableData data;
  private final boolean online;
  private final List<DdlResult.Notice> notices = new ArrayList<>();
  private final List<SchemaJob> jobs = new ArrayList<>();

  /**
   * @param online whether work on rows is left to jobs
   */
  DdlContext(
      SchemaCatalog catalog,
      String user,
      ExpressionChecker checker,
      TableData data,
      boolean online) {
    this.online = online;
    this.catalog = catalog;
    this.user = user;
    this.checker = checker;
    this.data = data;
  }

  SchemaCatalog catalog() {
    return catalog;
  }

  CatalogChanges changes() {
    return catalog.changes();
  }

  CatalogSnapshot snapshot() {
    return catalog.snapshot();
  }

  String user() {
    return user;
  }

  /** What the user may do. */
  AccessRights rights() {
    return catalog.rights();
  }

  ExpressionChecker checker() {
    return checker;
  }

  TableData data() {
    return data;
  }

  List<DdlResult.Notice> notices() {
    return notices;
  }

  /** Whether rows that are there are to be looked at later, by a job, instead of now. */
  boolean leavesRowsFor(TableDescriptor table) {
    return online && !data.isEmpty(table);
  }

  /** Leaves word, with this transaction, of what is to be done after it. */
  void leave(SchemaJob job) {
    job.write(catalog.transaction());
    jobs.add(job);
  }

  List<SchemaJob> jobs() {
    return jobs;
  }

  void notice(SqlState state, String format, Object... arguments) {
    notices.add(DdlResult.Notice.of(state, String.format(format, arguments)));
  }

  void put(Relation relation) {
    changes().put(new CatalogEntry.OfRelation(relation));
  }

  /** Where something new gets its place. */
  ObjectName creationName(QualifiedName name) {
    checkDatabase(name);
    String schema = name.qualifier();
    if (schema == null) {
      schema = catalog.creationSchema();
      if (schema == null) {
        throw new SqlException(
                SqlState.INVALID_SCHEMA_NAME, "no schema has been selected to create in")
            .at(name.position());
      }
    }
    if (catalog.systemSchemas().contains(schema)) {
      throw SqlException.of(
              SqlState.INSUFFICIENT_PRIVILEGE,
              "permission denied to create \"%s.%s\"",
              schema,
              name.last())
          .withDetail("System catalog modifications are currently disallowed.")
          .at(name.position());
    }
    if (!catalog.hasSchema(schema)) {
      throw noSchema(schema).at(name.position());
    }
    requireCreateIn(schema);
    return new ObjectName(schema, name.last());
  }

  /** The user must be allowed to create something in a schema. */
  void requireCreateIn(String name) {
    SchemaDescriptor schema = catalog.schema(name);
    if (schema != null) {
      rights().require(AccessObject.of(schema), "C");
    }
  }

  /** The user must be allowed to drop a relation, as its owner or as that of its schema. */
  void requireMayDrop(Relation relation) {
    SchemaDescriptor schema = catalog.schema(relation.schema());
    if (schema == null || !rights().hasRightsOf(schema.owner())) {
      rights().requireOwner(relation);
    }
  }

  /** The user must be allowed to make somebody else the owner of something. */
  void requireMember(String owner) {
    if (!rights().isMemberOf(owner)) {
      throw SqlException.of(
          SqlState.INSUFFICIENT_PRIVILEGE, "must be member of role \"%s\"", owner);
    }
  }

  /** Gives an object's privileges to its new owner. */
  void moveAccess(AccessObject before, String owner) {
    List<Grant> kept = snapshot().grants(before.id());
    if (!kept.isEmpty()) {
      AccessObject after =
          new AccessObject(
              before.id(),
              before.kind(),
              before.name(),
              owner,
              before.letters(),
              before.everybody());
      changes().apply(new AccessList(before, kept).ofOwner(after).changes(kept));
    }
  }

  void checkFree(ObjectName name) {
    if (catalog.isTaken(name.schema(), name.name())) {
      throw alreadyExists(name.name());
    }
  }

  static SqlException alreadyExists(String relation) {
    return SqlException.of(SqlState.DUPLICATE_TABLE, "relation \"%s\" already exists", relation);
  }

  static SqlException noSchema(String schema) {
    return SqlException.of(SqlState.INVALID_SCHEMA_NAME, "schema \"%s\" does not exist", schema);
  }

  private void checkDatabase(QualifiedName name) {
    List<String> parts = name.parts();
    if (parts.size() > 3) {
      throw SqlException.of(
              SqlState.SYNTAX_ERROR, "improper qualified name (too many dotted names): %s", name)
          .at(name.position());
    }
    if (parts.size() == 3 && !parts.getFirst().equals(SchemaStatements.DATABASE)) {
      throw SqlException.of(
              SqlState.FEATURE_NOT_SUPPORTED,
              "cross-database references are not implemented: %s",
              name)
          .at(name.position());
    }
  }

  @Nullable Relation find(QualifiedName name) {
    checkDatabase(name);
    return catalog.find(name.qualifier(), name.last());
  }

  /** The relation of this name: {@code relation "x" does not exist}. */
  Relation relation(QualifiedName name) {
    Relation found = find(name);
    if (found == null) {
      throw noRelation(name);
    }
    return found;
  }

  static SqlException noRelation(QualifiedName name) {
    return SqlException.of(
            SqlState.UNDEFINED_TABLE, "relation \"%s\" does not exist", withoutDatabase(name))
        .at(name.position());
  }

  static String withoutDatabase(QualifiedName name) {
    String schema = name.qualifier();
    return schema == null ? name.last() : schema + "." + name.last();
  }

  /** The table of this name. */
  TableDescriptor table(QualifiedName name) {
    return table(relation(name), name.position());
  }

  static TableDescriptor table(Relation relation, int position) {
    if (relation instanceof TableDescriptor table) {
      return table;
    }
    if (relation instanceof VirtualTable) {
      throw systemCatalog(relation).at(position);
    }
    throw SqlException.of(SqlState.WRONG_OBJECT_TYPE, "\"%s\" is not a table", relation.name())
        .at(position);
  }

  static SqlException systemCatalog(Relation relation) {
    return SqlException.of(
        SqlState.INSUFFICIENT_PRIVILEGE,
        "permission denied: \"%s\" is a system catalog",
        relation.name());
  }

  /** The table as it is now, after what this statement has done to it. */
  TableDescriptor current(TableDescriptor table) {
    return table(table.id());
  }

  TableDescriptor table(long id) {
    if (catalog.relation(id) instanceof TableDescriptor table) {
      return table;
    }
    throw new IllegalStateException("table " + id + " is gone");
  }

  /** The name with its schema, unless the search path finds it without. */
  String shown(Relation relation) {
    return shown(relation.schema(), relation.name(), relation.id());
  }

  String shown(String schema, String name, long id) {
    Long found = catalog.findId(null, name);
    return found != null && found == id ? Identifiers.quote(name) : Identifiers.quote(schema, name);
  }

  /** The full name of a relation that an expression or query names. */
  QualifiedName qualify(QualifiedName name) {
    Relation found = relation(name);
    return new QualifiedName(List.of(found.schema(), found.name()), name.position());
  }

  /** An expression as it is stored. */
  String text(Expression expression) {
    return QueryWriter.text(expression, this::qualify);
  }

  /** What messages call this kind of relation. */
  static String kind(Relation relation) {
    return switch (relation) {
      case TableDescriptor table -> "table";
      case ViewDescriptor view -> "view";
      case SequenceDescriptor sequence -> "sequence";
      case VirtualTable virtual -> "table";
    };
  }
}
