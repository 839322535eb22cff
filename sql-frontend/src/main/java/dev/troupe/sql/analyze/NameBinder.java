package dev.troupe.sql.analyze;

import dev.troupe.sql.analyze.ScopeTable.ScopeColumn;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what names of columns and tables stand for in expressions. */
final class NameBinder {
  private static final String TABLE_OID = "tableoid";
  private static final Set<String> SYSTEM_COLUMNS = Set.of("ctid", "xmin", "xmax", "cmin", "cmax");

  private final Binding binding;
  private final Scope scope;

  NameBinder(Binding binding, Scope scope) {
    this.binding = binding;
    this.scope = scope;
  }

  SqlExpr bind(QualifiedName name) {
    return switch (name.parts().size()) {
      case 1 -> unqualified(name);
      case 2 -> qualified(null, name.parts().get(0), name.parts().get(1), name);
      case 3 -> qualified(name.parts().get(0), name.parts().get(1), name.parts().get(2), name);
      case 4 -> {
        requireDatabase(name);
        yield qualified(name.parts().get(1), name.parts().get(2), name.parts().get(3), name);
      }
      default ->
          throw SqlException.of(
                  SqlState.SYNTAX_ERROR,
                  "improper qualified name (too many dotted names): %s",
                  name)
              .at(name.position());
    };
  }

  private void requireDatabase(QualifiedName name) {
    if (!name.parts().getFirst().equals(binding.database)) {
      throw SqlException.of(
              SqlState.FEATURE_NOT_SUPPORTED,
              "cross-database references are not implemented: %s",
              name)
          .at(name.position());
    }
  }

  private SqlExpr unqualified(QualifiedName written) {
    String name = written.last();
    for (Scope level = scope; level != null; level = level.outer) {
      SqlExpr found = amongOpenColumns(level, name, written.position());
      if (found != null) {
        if (binding.notes != null) {
          binding.notes.names(written, scope, level, found);
        }
        return located(found, written);
      }
    }
    for (Scope level = scope; level != null; level = level.outer) {
      ScopeTable table = named(level, null, name, written.position());
      if (table != null) {
        return wholeRow(table);
      }
    }
    throw NameErrors.missingColumn(scope, null, name).at(written.position());
  }

  private SqlExpr located(SqlExpr found, QualifiedName written) {
    binding.access.reads(found);
    // A new object for each place, so that the place can be told from the others.
    return found instanceof SqlExpr.ColumnRef ref
        ? binding.located(new SqlExpr.ColumnRef(ref.column(), ref.type()), written.position())
        : found;
  }

  private @Nullable SqlExpr amongOpenColumns(Scope level, String name, int position) {
    SqlExpr found = null;
    for (ScopeTable table : level.tables) {
      if (table.open()) {
        for (ScopeColumn column : table.columns()) {
          if (column.name().equals(name)) {
            if (found != null) {
              throw SqlException.of(
                      SqlState.AMBIGUOUS_COLUMN, "column reference \"%s\" is ambiguous", name)
                  .at(position);
            }
            found = column.value();
          }
        }
      }
    }
    return found == null ? systemColumn(level, name, position) : found;
  }

  private @Nullable SqlExpr systemColumn(Scope level, String name, int position) {
    if (!name.equals(TABLE_OID) && !SYSTEM_COLUMNS.contains(name)) {
      return null;
    }
    SqlExpr found = null;
    for (ScopeTable table : level.tables) {
      SqlExpr column = table.open() ? systemColumn(table, name, position) : null;
      if (column != null && found != null) {
        throw SqlException.of(
                SqlState.AMBIGUOUS_COLUMN, "column reference \"%s\" is ambiguous", name)
            .at(position);
      }
      found = column == null ? found : column;
    }
    return found;
  }

  private @Nullable SqlExpr systemColumn(ScopeTable of, String name, int position) {
    if (name.equals(TABLE_OID) && of.oid() != 0) {
      return ifThere(of, new SqlExpr.Constant(of.oid(), SqlType.OID));
    }
    if (SYSTEM_COLUMNS.contains(name) && of.table() != null) {
      throw SqlException.of(
              SqlState.FEATURE_NOT_SUPPORTED, "system column \"%s\" is not supported", name)
          .withHint("Rows have no fixed place here; use the primary key.")
          .at(position);
    }
    return null;
  }

  /** NULL where an outer join has left out the row of a table: then its key is NULL. */
  private SqlExpr ifThere(ScopeTable of, SqlExpr value) {
    TableDescriptor table = of.table();
    if (!of.optional() || table == null) {
      return value;
    }
    int key = table.primary().keys().getFirst().column();
    for (ScopeColumn column : of.columns()) {
      Binding.Origin origin = binding.origin(column.value());
      if (origin != null && origin.attribute() == key) {
        SqlExpr there = new SqlExpr.IsNull(column.value(), true);
        SqlExpr none = new SqlExpr.Constant(null, value.type());
        return new SqlExpr.Case(List.of(new SqlExpr.When(there, value)), none, value.type());
      }
    }
    return value;
  }

  private SqlExpr qualified(
      @Nullable String schema, String table, String column, QualifiedName written) {
    for (Scope level = scope; level != null; level = level.outer) {
      ScopeTable found = named(level, schema, table, written.position());
      if (found != null) {
        return located(columnOf(found, column, written.position()), written);
      }
    }
    SqlExpr record = schema == null ? recordColumn(table) : null;
    if (record != null) {
      throw SqlException.of(
              SqlState.WRONG_OBJECT_TYPE,
              "column notation .%s applied to type %s, which is not a composite type",
              column,
              dev.troupe.sql.type.TypeNames.plain(record.type()))
          .at(written.position());
    }
    throw NameErrors.missingTable(scope, table).at(written.position());
  }

  private @Nullable SqlExpr recordColumn(String name) {
    for (Scope level = scope; level != null; level = level.outer) {
      for (ScopeTable table : level.tables) {
        for (ScopeColumn column : table.columns()) {
          if (table.open() && column.name().equals(name)) {
            return column.value();
          }
        }
      }
    }
    return null;
  }

  private SqlExpr columnOf(ScopeTable table, String name, int position) {
    SqlExpr found = null;
    for (ScopeColumn column : table.columns()) {
      if (column.name().equals(name)) {
        if (found != null) {
          throw SqlException.of(
                  SqlState.AMBIGUOUS_COLUMN, "column reference \"%s\" is ambiguous", name)
              .at(position);
        }
        found = column.value();
      }
    }
    if (found == null) {
      found = systemColumn(table, name, position);
    }
    if (found == null) {
      throw NameErrors.missingColumn(scope, table, name).at(position);
    }
    return found;
  }

  private @Nullable ScopeTable named(
      Scope level, @Nullable String schema, String name, int position) {
    ScopeTable found = null;
    for (ScopeTable table : level.tables) {
      boolean matches =
          table.named()
              && name.equals(table.name())
              && (schema == null || schema.equals(table.schema()));
      if (matches) {
        if (found != null) {
          throw SqlException.of(
                  SqlState.DUPLICATE_ALIAS, "table reference \"%s\" is ambiguous", name)
              .at(position);
        }
        found = table;
      }
    }
    return found;
  }

  /** Whether the name is that of a column of this query's own FROM. */
  boolean isOwnColumn(QualifiedName name) {
    return name.parts().size() == 1
        && amongOpenColumns(scope, name.last(), name.position()) != null;
  }

  /** Whether the name stands for a table rather than a column. */
  boolean isTable(QualifiedName name) {
    for (Scope level = scope; level != null; level = level.outer) {
      boolean isColumn =
          name.parts().size() == 1 && amongOpenColumns(level, name.last(), name.position()) != null;
      if (isColumn) {
        return false;
      }
      if (named(level, name.qualifier(), name.last(), name.position()) != null) {
        return true;
      }
    }
    return false;
  }

  /** A row of a table as a value. */
  private SqlExpr wholeRow(ScopeTable table) {
    List<ScopeColumn> visible = table.visible();
    binding.access.reads(visible);
    List<SqlExpr> values = visible.stream().map(ScopeColumn::value).toList();
    List<String> names = visible.stream().map(ScopeColumn::name).toList();
    return ifThere(table, new SqlExpr.Row(values, names, SqlType.RECORD));
  }

  /** What {@code *}, or {@code t.*} when a table is named, stands for. */
  List<ScopeColumn> star(@Nullable QualifiedName of, int position) {
    List<ScopeColumn> columns = columns(of, position);
    binding.access.reads(columns);
    return columns;
  }

  private List<ScopeColumn> columns(@Nullable QualifiedName of, int position) {
    if (of == null) {
      return everything(position);
    }
    String schema = of.qualifier();
    for (Scope level = scope; level != null; level = level.outer) {
      ScopeTable found = named(level, schema, of.last(), of.position());
      if (found != null) {
        return found.visible();
      }
    }
    throw NameErrors.missingTable(scope, of.last()).at(of.position());
  }

  private List<ScopeColumn> everything(int position) {
    if (scope.tables.isEmpty()) {
      throw new SqlException(
              SqlState.SYNTAX_ERROR, "SELECT * with no tables specified is not valid")
          .at(position);
    }
    List<ScopeColumn> all = new ArrayList<>();
    for (ScopeTable table : scope.tables) {
      if (table.open()) {
        all.addAll(table.visible());
      }
    }
    return all;
  }
}
