package dev.troupe.sql.plan;

import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.eval.AggregateFunction;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.eval.ScalarFunction.Volatility;
import dev.troupe.sql.function.FunctionRegistry;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of a plan can be carried out where the rows are, by the leaders of their ranges. They
 * know the row and constants, nothing of the session: what asks for more stays. What is the same
 * for all rows is computed here and sent as a constant.
 */
public final class AtRanges {
  /** Comparisons have a result for all values: it does no harm when they are made too early. */
  private static final Set<String> COMPARISONS = Set.of("=", "<>", "<", "<=", ">", ">=");

  private final List<Column> row;

  private AtRanges(PlanNode.Scan scan) {
    row = scan.output();
  }

  /**
   * A filter in two parts.
   *
   * @param there for the ranges; null: nothing
   * @param here for what they let through; null: nothing
   */
  public record Split(@Nullable SqlExpr there, @Nullable SqlExpr here) {}

  /**
   * Divides the filter of a scan. Terms keep their order, for one may guard the next against
   * errors: behind a term that has to stay only those go that cannot fail.
   */
  public static Split filter(PlanNode.Scan scan) {
    if (scan.filter() == null || !readsSpans(scan)) {
      return new Split(null, scan.filter());
    }
    var of = new AtRanges(scan);
    var there = new ArrayList<SqlExpr>();
    var here = new ArrayList<SqlExpr>();
    for (SqlExpr term : SqlExprs.conjuncts(scan.filter())) {
      boolean goes = of.canGo(term) && (here.isEmpty() || of.cannotFail(term));
      (goes ? there : here).add(term);
    }
    return new Split(SqlExprs.and(there), SqlExprs.and(here));
  }

  /**
   * Whether groups can be gathered at the ranges and merged here, so that nothing shows it: not the
   * order of groups, not the last digit of a sum.
   */
  public static boolean gathers(PlanNode.Aggregate node) {
    if (!(node.input() instanceof PlanNode.Scan scan)
        || node.groupingSets() != null
        || (node.sorted() && !node.groupBy().isEmpty())
        || scan.lock() != RowLock.NONE
        || !readsSpans(scan)
        || filter(scan).here() != null) {
      return false;
    }
    var of = new AtRanges(scan);
    return node.groupBy().stream().allMatch(key -> of.canGo(key) && isPlain(key.type()))
        && node.calls().stream().allMatch(of::canGather);
  }

  private boolean canGather(AggregateCall call) {
    AggregateFunction function = call.function();
    SqlExpr filter = call.filter();
    return function.portable()
        && FunctionRegistry.builtin().exactAggregate(function.name(), function.parameters())
            == function
        && (!call.distinct() || function.ignoresDuplicates())
        && call.orderBy().isEmpty()
        && (filter == null || canGo(filter))
        && call.arguments().stream().allMatch(this::canGo);
  }

  /**
   * Whether it looks through a part of an index that holds all columns, and not for single keys.
   */
  private static boolean readsSpans(PlanNode.Scan scan) {
    IndexAccess access = scan.access();
    if (access == null) {
      return true;
    }
    IndexDescriptor index = access.index();
    boolean keys =
        !access.ranges().isEmpty()
            && (index.primary() || index.unique())
            && access.ranges().stream()
                .allMatch(range -> range.prefix().size() == index.keys().size());
    return !keys && (access.covering() || index.primary());
  }

  /** Whether it is the same for all such rows, whatever it asks of the session. */
  public static boolean isConstant(SqlExpr e, List<Column> row) {
    return !SqlExprs.contains(
        e,
        part ->
            SqlExprs.isSubquery(part)
                || (part instanceof SqlExpr.ColumnRef column
                    && row.stream().anyMatch(c -> c.id() == column.column()))
                || (part instanceof SqlExpr.Call call
                    && call.function().volatility() == Volatility.VOLATILE));
  }

  private boolean isConstant(SqlExpr e) {
    return isConstant(e, row);
  }

  private boolean canGo(SqlExpr e) {
    if (isConstant(e)) {
      return isPlain(e.type());
    }
    return switch (e) {
      case SqlExpr.ColumnRef column -> isPlain(column.type());
      case SqlExpr.Call call -> isKnown(call.function()) && canGo(call.arguments());
      case SqlExpr.And and -> canGo(and.terms());
      case SqlExpr.Or or -> canGo(or.terms());
      case SqlExpr.Not not -> canGo(not.term());
      case SqlExpr.IsNull isNull -> canGo(isNull.term());
      case SqlExpr.IsTruth isTruth -> canGo(isTruth.term());
      case SqlExpr.IsDistinct d -> isKnown(d.equals()) && canGo(d.left()) && canGo(d.right());
      case SqlExpr.Case choice -> canGo(choice);
      case SqlExpr.Coalesce coalesce -> canGo(coalesce.terms());
      case SqlExpr.Extreme extreme -> canGo(extreme.terms());
      case SqlExpr.NullIf n -> isKnown(n.equals()) && canGo(n.left()) && canGo(n.right());
      case SqlExpr.InList in -> isKnown(in.equals()) && canGo(in.term()) && canGo(in.values());
      case SqlExpr.ArrayComparison a ->
          isKnown(a.operator()) && canGo(a.left()) && canGo(a.array());
      default -> false;
    };
  }

  private boolean canGo(List<SqlExpr> all) {
    return all.stream().allMatch(this::canGo);
  }

  private boolean canGo(SqlExpr.Case choice) {
    SqlExpr otherwise = choice.otherwise();
    return choice.branches().stream().allMatch(b -> canGo(b.condition()) && canGo(b.result()))
        && (otherwise == null || canGo(otherwise));
  }

  private boolean cannotFail(SqlExpr e) {
    return e instanceof SqlExpr.ColumnRef
        || isConstant(e)
        || switch (e) {
          case SqlExpr.Call call ->
              COMPARISONS.contains(call.function().name()) && cannotFail(call.arguments());
          case SqlExpr.And and -> cannotFail(and.terms());
          case SqlExpr.Or or -> cannotFail(or.terms());
          case SqlExpr.Not not -> cannotFail(not.term());
          case SqlExpr.IsNull isNull -> cannotFail(isNull.term());
          case SqlExpr.IsTruth isTruth -> cannotFail(isTruth.term());
          case SqlExpr.InList in -> cannotFail(in.term()) && cannotFail(in.values());
          default -> false;
        };
  }

  private boolean cannotFail(List<SqlExpr> all) {
    return all.stream().allMatch(this::cannotFail);
  }

  /** Whether ranges find the same function by its name and types, and it asks for nothing else. */
  private static boolean isKnown(ScalarFunction function) {
    if (function.volatility() != Volatility.IMMUTABLE) {
      return false;
    }
    if (function instanceof CastFunction) {
      return isPlain(function.parameters().getFirst()) && isPlain(function.result());
    }
    return FunctionRegistry.builtin().exact(function.name(), function.parameters()) == function;
  }

  /** Whether values of a type mean the same everywhere. */
  private static boolean isPlain(SqlType type) {
    SqlType element = type.element();
    TypeId id = element == null ? type.id() : element.id();
    return switch (id) {
      case RECORD, VOID, UNKNOWN, REGPROC, REGCLASS, REGTYPE, REGNAMESPACE, REGROLE -> false;
      default -> type.equals(TypeNames.ofOid(type.oid(), type.modifier()));
    };
  }
}
