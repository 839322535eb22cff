package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.ast.TypeName;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Allows every expression, and knows as much of queries as tests of the schema need. */
final class PermissiveChecker implements ExpressionChecker {
  @Override
  public SqlType bindType(TypeName name) {
    List<Integer> modifiers = new ArrayList<>();
    for (Expression modifier : name.modifiers()) {
      modifiers.add(Integer.valueOf(((Expression.IntegerLiteral) modifier).digits()));
    }
    SqlType type =
        TypeNames.resolve(
            name.name().last(), name.name().qualifier() != null, modifiers, name.arrayDimensions());
    if (type == null) {
      throw SqlException.of(SqlState.UNDEFINED_OBJECT, "type \"%s\" does not exist", name.name());
    }
    return type;
  }

  @Override
  public void checkDefault(Expression value, ColumnDescriptor column, Catalog catalog) {}

  @Override
  public @Nullable Object valueOfDefault(
      Expression value, ColumnDescriptor column, Catalog catalog) {
    return switch (value) {
      case Expression.IntegerLiteral number -> Integer.valueOf(number.digits());
      case Expression.StringLiteral text -> text.value();
      case Expression.NullLiteral none -> null;
      default -> VOLATILE;
    };
  }

  @Override
  public void checkGenerated(
      Expression value, ColumnDescriptor column, TableDescriptor table, Catalog catalog) {}

  @Override
  public void checkCondition(Expression condition, TableDescriptor table, Catalog catalog) {}

  @Override
  public void checkIndexPredicate(Expression condition, TableDescriptor table, Catalog catalog) {}

  @Override
  public List<String> columnsOf(Expression expression, TableDescriptor table) {
    String text = ExpressionWriter.text(expression);
    return table.columnNames().stream().filter(name -> StoredNames.mentions(text, name)).toList();
  }

  /** Of a plain SELECT: all columns are integers. */
  @Override
  public QueryShape shapeOf(Statement query, Catalog catalog) {
    QueryBody.Select select = (QueryBody.Select) ((QueryStatement) query).query().body();
    List<String> names = new ArrayList<>();
    List<SqlType> types = new ArrayList<>();
    for (QueryBody.SelectItem item : select.items()) {
      String alias = item.alias();
      names.add(
          alias != null
              ? alias
              : item.value() instanceof Expression.ColumnReference column
                  ? column.name().last()
                  : "?column?");
      types.add(SqlType.INT4);
    }
    List<Long> reads = new ArrayList<>();
    for (FromItem item : select.from()) {
      if (item instanceof FromItem.Table table) {
        Relation found = catalog.find(table.name().qualifier(), table.name().last());
        if (found != null) {
          reads.add(found.id());
        }
      }
    }
    return new QueryShape(names, types, reads, QueryNames.AS_WRITTEN);
  }
}
