package dev.troupe.sql.session;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.copy.BinaryCopyReader;
import dev.troupe.sql.copy.CopyOptions;
import dev.troupe.sql.copy.CopyReader;
import dev.troupe.sql.copy.CsvCopyReader;
import dev.troupe.sql.copy.TextCopyReader;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.storage.IndexLayout;
import dev.troupe.sql.storage.TableLayout;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.DataStatement.CopySubject;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * COPY FROM STDIN: rows are inserted by statements of many rows each, with everything that an
 * INSERT does about defaults, checks and indexes. Used by the session's thread.
 */
final class CopyIn {
  /** Values of one statement. */
  private static final int VALUES_MAX = 4096;

  private static final int ROWS_MAX = 512;

  private final SessionParts parts;
  private final Planner planner;
  private final PortalRows rows;
  private final SessionTypes types;

  CopyIn(SessionParts parts, Planner planner, PortalRows rows, SessionTypes types) {
    this.parts = parts;
    this.planner = planner;
    this.rows = rows;
    this.types = types;
  }

  /** Gives the values of the next row; null at the end. */
  private interface RowReader {
    @Nullable Object @Nullable [] next();

    /** Where it is, for messages. */
    String place();
  }

  String run(CopySubject.OfTable target, CopyOptions options, ResultSink sink) {
    TableDescriptor table = table(target);
    List<String> columns = columns(target, table);
    writeOwnAtOnce(table);
    int batch = Math.max(1, Math.min(ROWS_MAX, VALUES_MAX / Math.max(1, columns.size())));
    Plan plan = plan(target, columns, batch);
    List<SqlType> wanted = plan.parameterTypes().subList(0, columns.size());
    boolean binary = CopyStatements.isBinary(options);
    ResultSink.CopySource source = sink.copyIn(columns.size(), binary);
    RowReader reader = binary ? binary(source, wanted) : text(source, options, columns, wanted);
    var values = new @Nullable Object[batch * columns.size()];
    long count = 0;
    int pending = 0;
    try {
      for (@Nullable Object[] row = reader.next(); row != null; row = reader.next()) {
        System.arraycopy(row, 0, values, pending * columns.size(), row.length);
        count++;
        if (++pending == batch) {
          insert(plan, values);
          pending = 0;
        }
      }
    } catch (SqlException e) {
      throw e.withContext("COPY %s, %s".formatted(target.table().last(), reader.place()));
    }
    if (pending > 0) {
      insert(plan(target, columns, pending), Arrays.copyOf(values, pending * columns.size()));
    }
    parts.node().changes().add(table.id(), count);
    return "COPY " + count;
  }

  private Plan plan(CopySubject.OfTable target, List<String> columns, int rowCount) {
    DataStatement.Insert insert = CopyStatements.insert(target.table(), columns, rowCount);
    return planner.plan(insert, "", List.of());
  }

  private void insert(Plan plan, @Nullable Object[] values) {
    try (var cursor = new RowCursor(rows.open(plan, values, null))) {
      while (cursor.next() != null) {
        parts.cancellation().check();
      }
    }
  }

  /** Rows of a table that this transaction has made or emptied need not be kept to its end. */
  private void writeOwnAtOnce(TableDescriptor table) {
    TableLayout layout = TableLayout.of(table);
    var places = new ArrayList<IndexLayout>(layout.indexes());
    places.add(layout.primary());
    for (IndexLayout place : places) {
      if (parts.transaction().schema(false).isOwn(table, place.index())) {
        parts.transaction().writePrivately(place.span());
      }
    }
  }

  private TableDescriptor table(CopySubject.OfTable target) {
    Relation relation =
        parts.transaction().schema(false).find(target.table().qualifier(), target.table().last());
    if (relation == null) {
      throw SqlException.of(
              SqlState.UNDEFINED_TABLE, "relation \"%s\" does not exist", target.table())
          .at(target.table().position());
    }
    if (!(relation instanceof TableDescriptor table)) {
      throw SqlException.of(
              SqlState.WRONG_OBJECT_TYPE, "cannot copy to \"%s\": it is no table", relation.name())
          .at(target.table().position());
    }
    return table;
  }

  private static List<String> columns(CopySubject.OfTable target, TableDescriptor table) {
    var names = new ArrayList<String>();
    if (target.columns().isEmpty()) {
      for (ColumnDescriptor column : table.visibleColumns()) {
        if (column.generatedSql() == null) {
          names.add(column.name());
        }
      }
    }
    for (Name column : target.columns()) {
      names.add(column.text());
    }
    return names;
  }

  private RowReader text(
      ResultSink.CopySource source,
      CopyOptions options,
      List<String> columns,
      List<SqlType> wanted) {
    CopyReader reader =
        options.format() == CopyOptions.Format.CSV
            ? new CsvCopyReader(source::next, options, columns)
            : new TextCopyReader(source::next, options, columns.size());
    var values = new @Nullable Object[wanted.size()];
    return new RowReader() {
      @Override
      public @Nullable Object @Nullable [] next() {
        @Nullable String[] fields = reader.next();
        if (fields == null) {
          return null;
        }
        for (int i = 0; i < fields.length; i++) {
          String field = fields[i];
          values[i] = field == null ? null : types.fromText(wanted.get(i), field);
        }
        return values;
      }

      @Override
      public String place() {
        return "line " + reader.line();
      }
    };
  }

  private RowReader binary(ResultSink.CopySource source, List<SqlType> wanted) {
    var reader = new BinaryCopyReader(source::next, wanted.size());
    var values = new @Nullable Object[wanted.size()];
    return new RowReader() {
      private long row;

      @Override
      public @Nullable Object @Nullable [] next() {
        byte @Nullable [] @Nullable [] fields = reader.next();
        row++;
        if (fields == null) {
          return null;
        }
        for (int i = 0; i < fields.length; i++) {
          byte[] field = fields[i];
          values[i] = field == null ? null : types.fromBinary(wanted.get(i), field);
        }
        return values;
      }

      @Override
      public String place() {
        return "row " + row;
      }
    };
  }
}
