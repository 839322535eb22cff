package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.WindowCall;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.OrderItem;
import dev.troupe.sql.syntax.ast.Window;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds what stands behind OVER. */
final class WindowBinder {
  private static final WindowCall.Frame DEFAULT =
      new WindowCall.Frame(
          WindowCall.Unit.RANGE,
          WindowCall.BoundKind.UNBOUNDED_PRECEDING,
          null,
          WindowCall.BoundKind.CURRENT_ROW,
          null,
          WindowCall.Exclude.NOTHING);

  private final Binding binding;
  private final Scope scope;
  private final ExpressionBinder expressions;

  WindowBinder(Binding binding, Scope scope, ExpressionBinder expressions) {
    this.binding = binding;
    this.scope = scope;
    this.expressions = expressions;
  }

  /** A window with everything that it inherits. */
  record Bound(List<SqlExpr> partitionBy, List<SortKey> orderBy, WindowCall.Frame frame) {}

  Bound bind(Window over) {
    return switch (over) {
      case Window.Named named -> specified(find(named.name(), named.position()));
      case Window.Specification specification -> specified(specification);
    };
  }

  private Window.Specification find(String name, int position) {
    Window.Specification found = scope.namedWindows.get(name);
    if (found == null) {
      throw SqlException.of(SqlState.UNDEFINED_OBJECT, "window \"%s\" does not exist", name)
          .at(position);
    }
    return found;
  }

  private Bound specified(Window.Specification window) {
    String base = window.base();
    List<Expression> partition = window.partitionBy();
    List<OrderItem> order = window.orderBy();
    if (base != null) {
      Window.Specification inherited = find(base, window.position());
      requireRefinable(base, inherited, window);
      partition = inherited.partitionBy();
      order = inherited.orderBy().isEmpty() ? order : inherited.orderBy();
    }
    Clause before = scope.clause;
    scope.clause = Clause.WINDOW_PARTITION;
    try {
      List<SqlExpr> partitionBy = new ArrayList<>();
      for (Expression e : partition) {
        partitionBy.add(expressions.bindKnown(e));
      }
      List<SortKey> orderBy = new ArrayList<>();
      for (OrderItem item : order) {
        orderBy.add(
            new SortKey(
                expressions.bindKnown(item.value()),
                OrderBinder.descending(item),
                OrderBinder.nullsFirst(item)));
      }
      return new Bound(partitionBy, orderBy, frame(window.frame(), orderBy));
    } finally {
      scope.clause = before;
    }
  }

  private static void requireRefinable(
      String base, Window.Specification inherited, Window.Specification window) {
    if (!window.partitionBy().isEmpty()) {
      throw SqlException.of(
              SqlState.WINDOWING_ERROR,
              "cannot override PARTITION BY clause of window \"%s\"",
              base)
          .at(window.position());
    }
    if (!window.orderBy().isEmpty() && !inherited.orderBy().isEmpty()) {
      throw SqlException.of(
              SqlState.WINDOWING_ERROR, "cannot override ORDER BY clause of window \"%s\"", base)
          .at(window.position());
    }
    if (inherited.frame() != null) {
      throw SqlException.of(
              SqlState.WINDOWING_ERROR,
              "cannot copy window \"%s\" because it has a frame clause",
              base)
          .at(window.position());
    }
  }

  private WindowCall.Frame frame(Window.@Nullable Frame frame, List<SortKey> orderBy) {
    if (frame == null) {
      return DEFAULT;
    }
    requireSensible(frame, orderBy);
    return new WindowCall.Frame(
        WindowCall.Unit.valueOf(frame.unit().name()),
        WindowCall.BoundKind.valueOf(frame.start().kind().name()),
        offset(frame, frame.start(), orderBy),
        WindowCall.BoundKind.valueOf(frame.end().kind().name()),
        offset(frame, frame.end(), orderBy),
        exclude(frame.exclusion()));
  }

  private static void requireSensible(Window.Frame frame, List<SortKey> orderBy) {
    String error = null;
    Window.BoundKind start = frame.start().kind();
    Window.BoundKind end = frame.end().kind();
    if (start == Window.BoundKind.UNBOUNDED_FOLLOWING) {
      error = "frame start cannot be UNBOUNDED FOLLOWING";
    } else if (end == Window.BoundKind.UNBOUNDED_PRECEDING) {
      error = "frame end cannot be UNBOUNDED PRECEDING";
    } else if (start == Window.BoundKind.CURRENT_ROW && end == Window.BoundKind.PRECEDING) {
      error = "frame starting from current row cannot have preceding rows";
    } else if (start == Window.BoundKind.FOLLOWING
        && (end == Window.BoundKind.CURRENT_ROW || end == Window.BoundKind.PRECEDING)) {
      error =
          end == Window.BoundKind.CURRENT_ROW
              ? "frame starting from following row cannot end with current row"
              : "frame starting from following row cannot have preceding rows";
    } else if (frame.unit() == Window.Unit.GROUPS && orderBy.isEmpty()) {
      error = "GROUPS mode requires an ORDER BY clause";
    } else if (frame.unit() == Window.Unit.RANGE
        && orderBy.size() != 1
        && (frame.start().offset() != null || frame.end().offset() != null)) {
      error = "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column";
    }
    if (error != null) {
      throw new SqlException(SqlState.WINDOWING_ERROR, error).at(frame.position());
    }
  }

  private @Nullable SqlExpr offset(Window.Frame frame, Window.Bound bound, List<SortKey> orderBy) {
    Expression written = bound.offset();
    if (written == null) {
      return null;
    }
    Clause before = scope.clause;
    scope.clause = Clause.WINDOW_FRAME;
    SqlExpr offset = expressions.bind(written);
    scope.clause = before;
    if (frame.unit() != Window.Unit.RANGE) {
      return binding.conversions.integral(offset, frame.unit().name(), written.position());
    }
    SqlType key = orderBy.getFirst().expression().type();
    return binding.conversions.implicit(offset, rangeOffset(key), written.position());
  }

  /** What is added to a key: see PostgreSQL's in_range support functions. */
  private static SqlType rangeOffset(SqlType key) {
    return switch (key.id()) {
      case DATE, TIME, TIMETZ, TIMESTAMP, TIMESTAMPTZ -> SqlType.INTERVAL;
      case FLOAT4, FLOAT8 -> SqlType.FLOAT8;
      default -> key.plain();
    };
  }

  private static WindowCall.Exclude exclude(Window.Exclusion exclusion) {
    return switch (exclusion) {
      case NO_OTHERS -> WindowCall.Exclude.NOTHING;
      case CURRENT_ROW -> WindowCall.Exclude.CURRENT_ROW;
      case GROUP -> WindowCall.Exclude.GROUP;
      case TIES -> WindowCall.Exclude.TIES;
    };
  }
}
