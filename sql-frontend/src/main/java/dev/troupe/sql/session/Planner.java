package dev.troupe.sql.session;

import dev.troupe.sql.analyze.BindContext;
import dev.troupe.sql.analyze.Binder;
import dev.troupe.sql.analyze.BoundStatement;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.exec.PreparedPlan;
import dev.troupe.sql.optimize.Optimizer;
import dev.troupe.sql.plan.IndexAccess;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.schema.CatalogStore;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes plans of statements, and remembers them for this node. Used by the session's thread. */
final class Planner {
  private final SessionParts parts;
  private final SearchPath searchPath;

  Planner(SessionParts parts, SearchPath searchPath) {
    this.parts = parts;
    this.searchPath = searchPath;
  }

  /** Whether a statement is run by a plan. */
  static boolean plans(Statement statement) {
    return switch (statement) {
      case QueryStatement query -> true;
      case DataStatement.Insert insert -> true;
      case DataStatement.Update update -> true;
      case DataStatement.Delete delete -> true;
      case DataStatement.Merge merge -> true;
      default -> false;
    };
  }

  /** Whether a plan is what planning anew would give, by the newest catalog that is known here. */
  boolean seemsGood(Plan plan) {
    CatalogStore known = parts.node().sources().catalogs();
    return plan.catalog() == known.newestVersion()
        && plan.statistics() == known.statistics().epoch()
        && isOurs(plan);
  }

  private boolean isOurs(Plan plan) {
    return plan.searchPath().equals(searchPath.names())
        && plan.role().equals(searchPath.roles().current());
  }

  /** A plan that was remembered for the newest catalog that is known here; null: none. */
  @Nullable Plan remembered(StatementTemplate template) {
    CatalogStore known = parts.node().sources().catalogs();
    return parts
        .node()
        .plans()
        .find(
            new PlanCache.Key(
                template.shape(),
                template.types(),
                searchPath.roles().current(),
                searchPath.names(),
                known.newestVersion(),
                known.statistics().epoch()));
  }

  /**
   * A plan for a statement with its integers as parameters.
   *
   * @return null when the statement is to be planned as it is: because that may give a better plan,
   *     or because it is wrong, which is then said of its own text
   */
  @Nullable Plan plan(StatementTemplate template) {
    try {
      Plan shared = plan(template.statement(), template.shape(), template.types());
      return shared.constantsMatter() || !shared.parameterTypes().equals(template.types())
          ? null
          : shared;
    } catch (SqlException e) {
      // Shows again, with the words of the client.
      return null;
    }
  }

  /** Whether a plan is still what planning anew would give. */
  boolean isGood(Plan plan, SchemaCatalog catalog) {
    return plan.catalog() == catalog.version()
        && plan.statistics() == catalog.statisticsEpoch()
        && isOurs(plan);
  }

  /**
   * A plan for a statement.
   *
   * @param sql text by which it can be found again; empty: it is not to be remembered
   * @param declared types of parameters, UNKNOWN where they are to be found out
   */
  Plan plan(Statement statement, String sql, List<SqlType> declared) {
    SchemaCatalog catalog = parts.transaction().schema(false);
    var key =
        new PlanCache.Key(
            sql,
            declared,
            searchPath.roles().current(),
            searchPath.names(),
            catalog.version(),
            catalog.statisticsEpoch());
    Plan known = sql.isEmpty() ? null : parts.node().plans().find(key);
    if (known == null) {
      BoundStatement bound =
          Binder.bind(statement, new BindContext(catalog, declared, parts.identity().database()));
      AccessCheck.require(bound, catalog);
      known = make(bound, catalog);
      if (!sql.isEmpty()) {
        parts.node().plans().put(key, known);
      }
    }
    // By another catalog, maybe, when the transaction has to begin anew.
    return !known.bound().readOnly() && parts.transaction().mustChange()
        ? plan(statement, sql, declared)
        : known;
  }

  /** A plan for a statement of the server's own, which needs nobody's privileges. */
  Plan planTrusted(Statement statement) {
    SchemaCatalog catalog = parts.transaction().schema(false);
    var context = new BindContext(catalog, List.of(), parts.identity().database(), true);
    Plan plan = make(Binder.bind(statement, context), catalog);
    return !plan.bound().readOnly() && parts.transaction().mustChange()
        ? planTrusted(statement)
        : plan;
  }

  private Plan make(BoundStatement bound, SchemaCatalog catalog) {
    PlanNode optimized = Optimizer.optimize(bound.plan(), catalog);
    List<ResultColumn> columns =
        bound.output().stream()
            .map(c -> new ResultColumn(c.name(), c.type(), (int) c.table(), c.attribute()))
            .toList();
    boolean gives = bound.command() == BoundStatement.Command.SELECT || !columns.isEmpty();
    PreparedPlan executable = PreparedPlan.of(optimized);
    return new Plan(
        bound,
        optimized,
        executable,
        gives ? columns : null,
        catalog.version(),
        catalog.statisticsEpoch(),
        searchPath.roles().current(),
        searchPath.names(),
        constantsMatter(bound, catalog) || choosesByStatistics(optimized, catalog),
        readsOneKey(bound, executable));
  }

  /** Constants tell more than averages where several ways to some of the rows were weighed. */
  private static boolean choosesByStatistics(PlanNode plan, SchemaCatalog catalog) {
    var found = new boolean[1];
    PlanNodes.visitAll(
        plan,
        node ->
            found[0] |=
                node instanceof PlanNode.Scan scan
                    && !scan.table().indexes().isEmpty()
                    && catalog.statistics(scan.table().id()) != null
                    && !isOfWholeKeys(scan.access()));
    return found[0];
  }

  private static boolean isOfWholeKeys(@Nullable IndexAccess access) {
    return access != null
        && (access.index().unique() || access.index().primary())
        && !access.ranges().isEmpty()
        && access.ranges().stream()
            .allMatch(range -> range.prefix().size() == access.index().keys().size());
  }

  /** A partial index is of use only where constants are known to fulfil its condition. */
  private static boolean constantsMatter(BoundStatement bound, SchemaCatalog catalog) {
    return bound.relations().stream()
        .anyMatch(
            use ->
                catalog.relation(use.id()) instanceof TableDescriptor table
                    && table.indexes().stream().anyMatch(i -> i.predicateSql() != null));
  }

  private static boolean readsOneKey(BoundStatement bound, PreparedPlan executable) {
    return executable.readsOneKey()
        && bound.asOf() == null
        && bound.parameterTypes().stream().noneMatch(SessionTypes::isReg)
        && bound.output().stream().noneMatch(column -> SessionTypes.isReg(column.type()));
  }
}
