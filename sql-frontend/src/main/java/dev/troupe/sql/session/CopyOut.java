package dev.troupe.sql.session;

import dev.troupe.sql.copy.BinaryCopyWriter;
import dev.troupe.sql.copy.CopyOptions;
import dev.troupe.sql.copy.CopyWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Statement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** COPY TO STDOUT. Used by the session's thread. */
final class CopyOut {
  private final Planner planner;
  private final PortalRows rows;
  private final SessionTypes types;

  CopyOut(Planner planner, PortalRows rows, SessionTypes types) {
    this.planner = planner;
    this.rows = rows;
    this.types = types;
  }

  String run(Statement source, CopyOptions options, ResultSink sink) {
    Plan plan = planner.plan(source, "", List.of());
    List<ResultColumn> columns = plan.columns();
    if (columns == null) {
      throw new SqlException(
          SqlState.FEATURE_NOT_SUPPORTED, "COPY query must have a RETURNING clause");
    }
    try (var cursor = new RowCursor(rows.open(plan, new @Nullable Object[0], null))) {
      boolean binary = CopyStatements.isBinary(options);
      sink.copyOut(columns.size(), binary);
      long count = binary ? binary(cursor, columns, sink) : text(cursor, columns, options, sink);
      sink.copyDone();
      return "COPY " + count;
    }
  }

  private long text(
      RowCursor cursor, List<ResultColumn> columns, CopyOptions options, ResultSink sink) {
    var writer = new CopyWriter(options, columns.stream().map(ResultColumn::name).toList());
    if (options.header()) {
      send(writer.header().getBytes(StandardCharsets.UTF_8), sink);
    }
    var fields = new @Nullable String[columns.size()];
    long count = 0;
    for (@Nullable Object[] row = cursor.next(); row != null; row = cursor.next()) {
      for (int i = 0; i < fields.length; i++) {
        Object value = row[i];
        fields[i] = value == null ? null : types.toText(columns.get(i).type(), value);
      }
      send(writer.row(fields).getBytes(StandardCharsets.UTF_8), sink);
      count++;
    }
    return count;
  }

  private long binary(RowCursor cursor, List<ResultColumn> columns, ResultSink sink) {
    send(BinaryCopyWriter.header(), sink);
    var fields = new byte[columns.size()] @Nullable [];
    long count = 0;
    for (@Nullable Object[] row = cursor.next(); row != null; row = cursor.next()) {
      for (int i = 0; i < fields.length; i++) {
        Object value = row[i];
        fields[i] = value == null ? null : types.toBinary(columns.get(i).type(), value);
      }
      send(BinaryCopyWriter.row(fields), sink);
      count++;
    }
    send(BinaryCopyWriter.trailer(), sink);
    return count;
  }

  private static void send(byte[] bytes, ResultSink sink) {
    sink.copyData(bytes, bytes.length);
  }
}
