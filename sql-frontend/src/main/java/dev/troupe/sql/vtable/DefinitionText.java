package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.schema.Tables;
import dev.troupe.sql.syntax.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Statements and clauses that would make an index or a constraint, as PostgreSQL shows them. */
public final class DefinitionText {
  private DefinitionText() {}

  /** CREATE INDEX. */
  public static String index(TableDescriptor table, IndexDescriptor index) {
    StringBuilder out = new StringBuilder("CREATE ");
    out.append(index.unique() ? "UNIQUE INDEX " : "INDEX ")
        .append(Identifiers.quote(index.name()))
        .append(" ON ")
        .append(Identifiers.quote(table.schema(), table.name()))
        .append(" USING btree (")
        .append(index.keys().stream().map(key -> key(table, key)).collect(Collectors.joining(", ")))
        .append(')');
    if (!index.included().isEmpty()) {
      out.append(" INCLUDE (").append(names(table, index.included())).append(')');
    }
    String predicate = index.predicateSql();
    if (predicate != null) {
      out.append(" WHERE ").append(parenthesised(predicate));
    }
    return out.toString();
  }

  /** One column of an index by its number from 1; null when it has no such. */
  static @Nullable String indexColumn(TableDescriptor table, IndexDescriptor index, int number) {
    List<Integer> columns = CatalogView.columnsOf(index);
    return number < 1 || number > columns.size()
        ? null
        : Identifiers.quote(table.column(columns.get(number - 1)).name());
  }

  private static String key(TableDescriptor table, IndexDescriptor.Key key) {
    String nulls =
        key.nullsFirst() == key.descending()
            ? ""
            : key.nullsFirst() ? " NULLS FIRST" : " NULLS LAST";
    return Identifiers.quote(table.column(key.column()).name())
        + (key.descending() ? " DESC" : "")
        + nulls;
  }

  static String names(TableDescriptor table, List<Integer> columns) {
    return Tables.names(table, columns).stream()
        .map(Identifiers::quote)
        .collect(Collectors.joining(", "));
  }

  /** The constraint that has an OID; null when the table has none of it. */
  static @Nullable String constraint(SchemaCatalog catalog, TableDescriptor table, long oid) {
    for (IndexDescriptor index : Tables.indexes(table)) {
      if (index.oid() == oid && index.constraint()) {
        return unique(table, index);
      }
    }
    for (CheckConstraint check : table.checks()) {
      if (check.oid() == oid) {
        return "CHECK (" + parenthesised(check.sql()) + ")" + validity(check.validated());
      }
    }
    for (ForeignKey key : table.foreignKeys()) {
      if (key.oid() == oid) {
        return foreignKey(catalog, table, key);
      }
    }
    return null;
  }

  private static String parenthesised(String expression) {
    return expression.startsWith("(") && expression.endsWith(")")
        ? expression
        : "(" + expression + ")";
  }

  private static String unique(TableDescriptor table, IndexDescriptor index) {
    String included =
        index.included().isEmpty() ? "" : " INCLUDE (" + names(table, index.included()) + ")";
    return (index.primary() ? "PRIMARY KEY (" : "UNIQUE (")
        + names(table, Tables.keyColumns(index))
        + ")"
        + included;
  }

  private static String foreignKey(SchemaCatalog catalog, TableDescriptor table, ForeignKey key) {
    List<String> words = new ArrayList<>();
    words.add("FOREIGN KEY (" + names(table, key.columns()) + ")");
    if (catalog.relation(key.table()) instanceof TableDescriptor target) {
      words.add(
          "REFERENCES "
              + StoredText.name(catalog, target)
              + "("
              + names(target, key.references())
              + ")");
    }
    action(words, "ON UPDATE", key.onUpdate());
    action(words, "ON DELETE", key.onDelete());
    if (key.deferrable()) {
      words.add("DEFERRABLE");
    }
    if (key.initiallyDeferred()) {
      words.add("INITIALLY DEFERRED");
    }
    return String.join(" ", words) + validity(key.validated());
  }

  private static void action(List<String> words, String when, ForeignKey.Action action) {
    if (action != ForeignKey.Action.NO_ACTION) {
      words.add(when + " " + action.name().replace('_', ' '));
    }
  }

  private static String validity(boolean validated) {
    return validated ? "" : " NOT VALID";
  }
}
