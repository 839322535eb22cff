package dev.troupe.sql.session;

import dev.troupe.sql.copy.CopyOptions;
import dev.troupe.sql.copy.CopyOptions.Format;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.DataStatement.Copy;
import dev.troupe.sql.syntax.ast.DataStatement.CopyEnd;
import dev.troupe.sql.syntax.ast.DataStatement.CopySubject;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.ArrayList;
import java.util.List;

/** COPY from and to the client. Used by the session's thread. */
final class CopyStatements {
  private final CopyIn copyIn;
  private final CopyOut copyOut;

  CopyStatements(SessionParts parts, Planner planner, PortalRows rows, SessionTypes types) {
    copyIn = new CopyIn(parts, planner, rows, types);
    copyOut = new CopyOut(planner, rows, types);
  }

  /** Returns the command tag. */
  String run(Copy statement, ResultSink sink) {
    if (!(statement.end() instanceof CopyEnd.Client)) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED, "COPY from and to files of the server is not served")
          .withHint("Use STDIN or STDOUT; psql's \\copy reads and writes files of the client.")
          .at(statement.position());
    }
    CopyOptions options = CopyOptions.of(statement.options());
    return statement.from()
        ? copyIn.run(table(statement), options, sink)
        : copyOut.run(source(statement), options, sink);
  }

  private static CopySubject.OfTable table(Copy statement) {
    if (statement.where() != null) {
      throw new SqlException(SqlState.FEATURE_NOT_SUPPORTED, "WHERE of COPY FROM is not supported")
          .at(statement.where().position());
    }
    return switch (statement.subject()) {
      case CopySubject.OfTable table -> table;
      case CopySubject.OfStatement query ->
          throw new SqlException(SqlState.SYNTAX_ERROR, "COPY FROM needs a table")
              .at(statement.position());
    };
  }

  private static Statement source(Copy statement) {
    return switch (statement.subject()) {
      case CopySubject.OfStatement query -> query.statement();
      case CopySubject.OfTable table -> select(table);
    };
  }

  private static Statement select(CopySubject.OfTable table) {
    int position = table.table().position();
    var items = new ArrayList<QueryBody.SelectItem>();
    if (table.columns().isEmpty()) {
      items.add(
          new QueryBody.SelectItem(new Expression.AllColumns(null, position), null, position));
    }
    for (Name column : table.columns()) {
      items.add(
          new QueryBody.SelectItem(
              new Expression.ColumnReference(QualifiedName.of(column.text(), column.position())),
              null,
              column.position()));
    }
    FromItem from = new FromItem.Table(table.table(), false, null, null, position);
    var select =
        new QueryBody.Select(null, items, List.of(from), null, null, null, List.of(), position);
    return new QueryStatement(Query.of(select));
  }

  static boolean isBinary(CopyOptions options) {
    return options.format() == Format.BINARY;
  }

  /** An INSERT of so many rows of parameters into some columns of a table. */
  static DataStatement.Insert insert(QualifiedName table, List<String> columns, int rowCount) {
    var targets = new ArrayList<DataStatement.Assignable>();
    for (String column : columns) {
      targets.add(new DataStatement.Assignable(new Name(column, table.position()), List.of()));
    }
    var rows = new ArrayList<List<Expression>>();
    int parameter = 0;
    for (int i = 0; i < rowCount; i++) {
      var row = new ArrayList<Expression>();
      for (int column = 0; column < columns.size(); column++) {
        row.add(new Expression.Parameter(++parameter, table.position()));
      }
      rows.add(row);
    }
    Query values = Query.of(new QueryBody.Values(rows, table.position()));
    return new DataStatement.Insert(
        null,
        new DataStatement.Target(table, false, null),
        targets,
        null,
        values,
        null,
        List.of(),
        table.position());
  }
}
