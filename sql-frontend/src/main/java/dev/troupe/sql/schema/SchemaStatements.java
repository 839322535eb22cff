package dev.troupe.sql.schema;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.AccessStatement;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.MaintenanceStatement;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.Locale;

/**
 * Carries out statements that change the catalog, in a transaction that goes on afterwards. What
 * they do is seen by the transaction at once and by others when it commits; a failed statement may
 * have written a part of its changes, so the transaction must go back to before it.
 */
public final class SchemaStatements {
  /** The one database that there is. */
  public static final String DATABASE = "defaultdb";

  /** OID of the database. */
  public static final long DATABASE_ID = 5;

  private final SchemaCatalog catalog;
  private final String user;
  private final ExpressionChecker checker;
  private final TableData data;

  /**
   * @param user who will own what is created
   */
  public SchemaStatements(
      SchemaCatalog catalog, String user, ExpressionChecker checker, TableData data) {
    this.catalog = catalog;
    this.user = user;
    this.checker = checker;
    this.data = data;
  }

  /** Whether a statement is one that {@link #execute} carries out. */
  public static boolean handles(Statement statement) {
    return statement instanceof SchemaStatement
        || statement instanceof AccessStatement
        || statement instanceof DataStatement.Truncate;
  }

  /** Carries out a statement, as a whole. */
  public DdlResult execute(Statement statement) {
    return execute(statement, new DdlContext(catalog, user, checker, data, false));
  }

  /**
   * Carries out what of a statement must be seen before rows are gone over, and leaves jobs for
   * that; for statements that are all of their transaction.
   */
  public DdlResult executeOnline(Statement statement) {
    boolean online = OnlineChanges.allow(statement);
    return execute(statement, new DdlContext(catalog, user, checker, data, online));
  }

  /** The last step and the way back of changes that jobs were left for. */
  public OnlineChanges online() {
    return new OnlineChanges(new DdlContext(catalog, user, checker, data, false));
  }

  private static DdlResult execute(Statement statement, DdlContext context) {
    String tag =
        switch (statement) {
          case SchemaStatement schema -> execute(context, schema);
          case AccessStatement access -> new AccessStatements(context).execute(access);
          case DataStatement.Truncate truncate -> {
            new Truncation(context).truncate(truncate);
            yield "TRUNCATE TABLE";
          }
          case DataStatement other -> throw notOurs(other);
          case MaintenanceStatement other -> throw notOurs(other);
          default -> throw notOurs(statement);
        };
    return new DdlResult(tag, context.notices(), context.jobs());
  }

  private static IllegalArgumentException notOurs(Statement statement) {
    return new IllegalArgumentException("no change of the schema: " + statement.getClass());
  }

  /** Returns the tag. */
  static String execute(DdlContext context, SchemaStatement statement) {
    switch (statement) {
      case SchemaStatement.CreateTable s -> {
        new TableCreation(context).create(s);
        return "CREATE TABLE";
      }
      case SchemaStatement.CreateTableAs s -> {
        long rows = new TableCreation(context).create(s);
        return rows < 0 || !s.withData() ? "CREATE TABLE AS" : "SELECT " + rows;
      }
      case SchemaStatement.CreateIndex s -> {
        new IndexCreation(context).create(s);
        return "CREATE INDEX";
      }
      case SchemaStatement.CreateView s -> {
        new ViewStatements(context).create(s);
        return "CREATE VIEW";
      }
      case SchemaStatement.CreateSchema s -> {
        new NamespaceStatements(context).create(s);
        return "CREATE SCHEMA";
      }
      case SchemaStatement.CreateSequence s -> {
        new SequenceStatements(context).create(s);
        return "CREATE SEQUENCE";
      }
      case SchemaStatement.CreateExtension s -> {
        createExtension(context, s);
        return "CREATE EXTENSION";
      }
      case SchemaStatement.Alter s -> {
        new AlterStatements(context).alter(s);
        return "ALTER " + tag(s.kind());
      }
      case SchemaStatement.Drop s -> {
        new DropStatements(context).drop(s);
        return "DROP " + tag(s.kind());
      }
      case SchemaStatement.Comment s -> {
        new CommentStatements(context).comment(s);
        return "COMMENT";
      }
      case SchemaStatement.RefreshMaterializedView s ->
          throw unsupported("materialized views are not supported", s.position());
      case SchemaStatement.CreateEnum s ->
          throw unsupported("enumerated types are not supported", s.position());
      case SchemaStatement.CreateComposite s ->
          throw unsupported("composite types are not supported", s.position());
      case SchemaStatement.CreateDomain s ->
          throw unsupported("domains are not supported", s.position());
      case SchemaStatement.AddEnumValue s ->
          throw unsupported("enumerated types are not supported", s.position());
      case SchemaStatement.RenameEnumValue s ->
          throw unsupported("enumerated types are not supported", s.position());
      case SchemaStatement.CreateDatabase s ->
          throw unsupported("a cluster has one database, " + DATABASE, s.position());
    }
  }

  static SqlException unsupported(String message, int position) {
    return new SqlException(SqlState.FEATURE_NOT_SUPPORTED, message).at(position);
  }

  static void refuseTemporary(SchemaStatement.Persistence persistence, int position) {
    if (persistence == SchemaStatement.Persistence.TEMPORARY) {
      throw unsupported("temporary tables are not supported", position);
    }
  }

  private static String tag(ObjectKind kind) {
    return kind.sql().toUpperCase(Locale.ROOT);
  }

  private static void createExtension(
      DdlContext context, SchemaStatement.CreateExtension statement) {
    String name = statement.name().text();
    if (!name.equals("plpgsql")) {
      throw SqlException.of(
              SqlState.FEATURE_NOT_SUPPORTED, "extension \"%s\" is not available", name)
          .withHint("Extensions are not supported.")
          .at(statement.name().position());
    }
    if (!statement.ifNotExists()) {
      throw SqlException.of(SqlState.DUPLICATE_OBJECT, "extension \"%s\" already exists", name);
    }
    context.notice(SqlState.DUPLICATE_OBJECT, "extension \"%s\" already exists, skipping", name);
  }
}
