package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.SchemaStatement.CreateView;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** CREATE VIEW. */
final class ViewStatements {
  private final DdlContext context;

  ViewStatements(DdlContext context) {
    this.context = context;
  }

  void create(CreateView statement) {
    SchemaStatements.refuseTemporary(statement.persistence(), statement.position());
    if (statement.recursive()) {
      throw SchemaStatements.unsupported("recursive views are not supported", statement.position());
    }
    if (statement.checkOption() != null) {
      throw SchemaStatements.unsupported(
          "WITH CHECK OPTION is not supported", statement.position());
    }
    ObjectName name = context.creationName(statement.name());
    ExpressionChecker.QueryShape shape =
        context.checker().shapeOf(new QueryStatement(statement.query()), context.catalog());
    List<String> columns = columns(statement, shape);
    List<SqlType> types = shape.types().stream().map(ViewStatements::stored).toList();
    Relation old = context.snapshot().relation(name.schema(), name.name());
    boolean taken = context.catalog().isTaken(name.schema(), name.name());
    if (taken && !statement.orReplace()) {
      throw DdlContext.alreadyExists(name.name());
    }
    if (taken && !(old instanceof ViewDescriptor)) {
      throw SqlException.of(SqlState.WRONG_OBJECT_TYPE, "\"%s\" is not a view", name.name());
    }
    long id = 0;
    long version = 1;
    String owner = context.user();
    if (old instanceof ViewDescriptor view) {
      context.rights().requireOwner(view);
      checkReplaceable(view, columns, types);
      id = view.id();
      version = view.version() + 1;
      owner = view.owner();
    }
    context.put(
        new ViewDescriptor(
            id == 0 ? context.changes().nextId() : id,
            name.schema(),
            name.name(),
            version,
            owner,
            QueryWriter.text(statement.query(), context::qualify, shape.meaning()),
            columns,
            types,
            shape.dependsOn()));
  }

  private static SqlType stored(SqlType type) {
    return type.id() == TypeId.UNKNOWN ? SqlType.TEXT : type;
  }

  private static List<String> columns(CreateView statement, ExpressionChecker.QueryShape shape) {
    if (statement.columns().size() > shape.names().size()) {
      throw new SqlException(
              SqlState.SYNTAX_ERROR, "CREATE VIEW specifies more column names than columns")
          .at(statement.position());
    }
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < shape.names().size(); i++) {
      columns.add(
          i < statement.columns().size() ? name(statement.columns().get(i)) : shape.names().get(i));
    }
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      if (!seen.add(column)) {
        throw SqlException.of(
            SqlState.DUPLICATE_COLUMN, "column \"%s\" specified more than once", column);
      }
    }
    return columns;
  }

  private static String name(Name name) {
    return name.text();
  }

  private static void checkReplaceable(
      ViewDescriptor old, List<String> columns, List<SqlType> types) {
    if (columns.size() < old.columnNames().size()) {
      throw new SqlException(SqlState.INVALID_TABLE_DEFINITION, "cannot drop columns from view");
    }
    for (int i = 0; i < old.columnNames().size(); i++) {
      String was = old.columnNames().get(i);
      if (!was.equals(columns.get(i))) {
        throw SqlException.of(
                SqlState.INVALID_TABLE_DEFINITION,
                "cannot change name of view column \"%s\" to \"%s\"",
                was,
                columns.get(i))
            .withHint(
                "Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.");
      }
      if (!old.columnTypes().get(i).equals(types.get(i))) {
        throw SqlException.of(
            SqlState.INVALID_TABLE_DEFINITION,
            "cannot change data type of view column \"%s\" from %s to %s",
            was,
            TypeNames.format(old.columnTypes().get(i)),
            TypeNames.format(types.get(i)));
      }
    }
  }
}
