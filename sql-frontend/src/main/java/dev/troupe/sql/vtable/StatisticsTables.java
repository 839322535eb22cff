package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.catalog.ValueDistribution;
import dev.troupe.sql.schema.AccessObject;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.format.Format;
import java.util.List;
import java.util.Map;

/** What ANALYZE has found, as PostgreSQL shows it. */
final class StatisticsTables {
  static final Map<String, ProducedTable.Producer> PRODUCERS =
      Map.of("pg_stats", StatisticsTables::columns);

  /** Where more of the rows than this part have a value of their own, it is told as a part. */
  private static final double DISTINCT_PART = 0.1;

  private static final ValueDistribution NOTHING =
      new ValueDistribution(List.of(), List.of(), List.of());

  private StatisticsTables() {}

  private static void columns(CatalogView view, RowWriter rows) {
    for (TableDescriptor table : view.tables()) {
      TableStatistics counted = view.catalog().statistics(table.id());
      if (counted != null && rows.wants("tablename", table.name())) {
        AccessObject object = AccessObject.of(table);
        for (ColumnDescriptor column : table.visibleColumns()) {
          // Values are told to whoever could read them in the table.
          if (view.catalog().rights().mayColumn(object, "r", column.id())) {
            column(view, table, column, counted, rows);
          }
        }
      }
    }
  }

  private static void column(
      CatalogView view,
      TableDescriptor table,
      ColumnDescriptor column,
      TableStatistics counted,
      RowWriter rows) {
    Long distinct = counted.distinct().get(column.id());
    ValueDistribution values = counted.distributions().getOrDefault(column.id(), NOTHING);
    boolean common = !values.common().isEmpty();
    boolean others = !values.bounds().isEmpty();
    rows.row()
        .set("schemaname", table.schema())
        .set("tablename", table.name())
        .set("attname", column.name())
        .set("inherited", false)
        .set("null_frac", counted.nullFraction().getOrDefault(column.id(), 0.0).floatValue())
        .set("n_distinct", distinct == null ? 0f : shown(distinct, counted.rows()))
        .set("most_common_vals", common ? texts(view, column, values.common()) : null)
        .set("most_common_freqs", common ? parts(values.fractions()) : null)
        .set("histogram_bounds", others ? texts(view, column, values.bounds()) : null);
  }

  private static float shown(long distinct, long rows) {
    return rows > 0 && distinct > DISTINCT_PART * rows ? -(float) distinct / rows : distinct;
  }

  private static SqlArray texts(CatalogView view, ColumnDescriptor column, List<Object> values) {
    return SqlArray.of(
        SqlType.TEXT, values.stream().map(value -> text(view, column.type(), value)).toList());
  }

  private static String text(CatalogView view, SqlType type, Object value) {
    TypeSession session =
        TypeSession.at(view.context().timeZone(), view.context().transactionMicros());
    StringBuilder out = new StringBuilder();
    Format.of(type).writeText(value, session, out);
    return out.toString();
  }

  private static SqlArray parts(List<Double> fractions) {
    return SqlArray.of(SqlType.FLOAT4, fractions.stream().map(Double::floatValue).toList());
  }
}
