package dev.troupe.sql.analyze;

import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.TypeName;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names of select list items that were not given one, as PostgreSQL makes them up. */
final class ItemNames {
  private static final String NAMELESS = "?column?";

  private ItemNames() {}

  static String of(QueryBody.SelectItem item) {
    String alias = item.alias();
    return alias == null ? of(item.value()) : alias;
  }

  static String of(Expression value) {
    String name = strong(value);
    if (name == null) {
      name = weak(value);
    }
    return name == null ? NAMELESS : name;
  }

  /** A name that comes from columns and functions. */
  private static @Nullable String strong(Expression value) {
    return switch (value) {
      case Expression.ColumnReference e -> e.name().last();
      case Expression.FieldSelection e -> e.field();
      case Expression.FunctionCall e -> e.name().last();
      case Expression.Subscription e -> strong(e.operand());
      case Expression.Collate e -> strong(e.operand());
      case Expression.Cast e -> strong(e.operand());
      case Expression.Case e -> ofCase(e);
      case Expression.Coalesce e -> "coalesce";
      case Expression.NullIf e -> "nullif";
      case Expression.Extremum e -> e.greatest() ? "greatest" : "least";
      case Expression.ArrayConstructor e -> "array";
      case Expression.ArrayQuery e -> "array";
      case Expression.RowConstructor e -> "row";
      case Expression.Exists e -> "exists";
      case Expression.ScalarQuery e -> ofQuery(e.query());
      case Expression.Grouping e -> "grouping";
      case Expression.Extract e -> "extract";
      case Expression.AtTimeZone e -> "timezone";
      case Expression.SessionValue e -> e.kind().name().toLowerCase(Locale.ROOT);
      case Expression.IntegerLiteral e -> null;
      case Expression.NumericLiteral e -> null;
      case Expression.StringLiteral e -> null;
      case Expression.BitStringLiteral e -> null;
      case Expression.BooleanLiteral e -> null;
      case Expression.NullLiteral e -> null;
      case Expression.TypedLiteral e -> null;
      case Expression.Parameter e -> null;
      case Expression.DefaultValue e -> null;
      case Expression.AllColumns e -> e.table() == null ? null : e.table().last();
      case Expression.AllFields e -> null;
      case Expression.OperatorCall e -> null;
      case Expression.And e -> null;
      case Expression.Or e -> null;
      case Expression.Not e -> null;
      case Expression.Is e -> null;
      case Expression.IsDistinctFrom e -> null;
      case Expression.Between e -> null;
      case Expression.InList e -> null;
      case Expression.InQuery e -> null;
      case Expression.Like e -> null;
      case Expression.ArrayComparison e -> null;
      case Expression.QueryComparison e -> null;
      case Expression.CurrentOf e -> null;
    };
  }

  private static @Nullable String ofCase(Expression.Case e) {
    Expression otherwise = e.otherwise();
    return otherwise == null ? null : strong(otherwise);
  }

  /** The name of a cast's type, when nothing better is known. */
  private static @Nullable String weak(Expression value) {
    if (value instanceof Expression.Cast cast) {
      return internal(cast.type());
    }
    if (value instanceof Expression.TypedLiteral literal) {
      return internal(literal.type());
    }
    if (value instanceof Expression.BooleanLiteral) {
      return "bool";
    }
    if (value instanceof Expression.Collate collate) {
      return weak(collate.operand());
    }
    return value instanceof Expression.Case ? "case" : null;
  }

  private static String internal(TypeName type) {
    return type.name().last();
  }

  private static @Nullable String ofQuery(Query query) {
    QueryBody body = query.body();
    while (body instanceof QueryBody.SetOperation operation) {
      body = operation.left();
    }
    return switch (body) {
      case QueryBody.Select select ->
          select.items().isEmpty() ? null : of(select.items().getFirst());
      case QueryBody.Values values -> "column1";
      case QueryBody.Nested nested -> ofQuery(nested.query());
      case QueryBody.TableCommand command -> alias(command.table());
      case QueryBody.SetOperation operation -> null;
    };
  }

  private static @Nullable String alias(FromItem.Table table) {
    return table.name().last();
  }
}
