package dev.troupe.sql.session;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.exec.ExecContext;
import dev.troupe.sql.exec.IndexBackfill;
import dev.troupe.sql.exec.MemoryBudget;
import dev.troupe.sql.exec.PreparedPlan;
import dev.troupe.sql.exec.Profile;
import dev.troupe.sql.exec.RowSource;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.schema.SchemaCatalog;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens the rows of planned statements. Used by the session's thread. */
final class PortalRows {
  private final SessionParts parts;
  private final SessionFunctions functions;
  private final SessionTypes types;
  private final RuleBinder rules;
  private final AsOfTime asOf;

  PortalRows(
      SessionParts parts,
      SessionFunctions functions,
      SessionTypes types,
      RuleBinder rules,
      AsOfTime asOf) {
    this.parts = parts;
    this.functions = functions;
    this.types = types;
    this.rules = rules;
    this.asOf = asOf;
  }

  /** Begins to run a portal's plan. */
  void open(Portal portal) {
    Plan plan = Objects.requireNonNull(portal.plan());
    portal.begin(open(plan, portal.parameters(), null));
  }

  /** Begins to run a plan that reads one key, outside of a transaction. */
  RowSource openOne(Plan plan, @Nullable Object[] parameters, KvTransaction one) {
    return plan.executable()
        .open(context(one, parts.transaction().assumedSchema(one), parameters, null));
  }

  RowSource open(Plan plan, @Nullable Object[] parameters, @Nullable Profile profile) {
    if (!plan.bound().readOnly() && parts.transaction().isReadOnly()) {
      throw SqlException.of(
          SqlState.READ_ONLY_SQL_TRANSACTION,
          "cannot execute %s in a read-only transaction",
          plan.bound().command());
    }
    return plan.executable().open(context(plan, parameters, profile));
  }

  /** Rows of a plan as another statement gives them. */
  UtilityResult result(Plan plan, @Nullable Object[] parameters) {
    var cursor = new RowCursor(open(plan, parameters, null));
    return new UtilityResult(plan.columns(), cursor, count -> tag(plan, cursor, count));
  }

  /** The command tag of a plan that has run. */
  static String tag(Plan plan, RowCursor cursor, long count) {
    return switch (plan.bound().command()) {
      case SELECT -> "SELECT " + count;
      case INSERT -> "INSERT 0 " + cursor.changedRows();
      case UPDATE -> "UPDATE " + cursor.changedRows();
      case DELETE -> "DELETE " + cursor.changedRows();
    };
  }

  /** Rows of a plan that was made here and not by the planner. */
  RowSource open(PlanNode plan) {
    return PreparedPlan.of(plan)
        .open(context(parts.transaction().kv(), new @Nullable Object[0], null));
  }

  /** Makes entries of an index that is being filled, for some rows. */
  IndexBackfill.Portion fillIndex(
      TableDescriptor table, IndexDescriptor index, @Nullable Key from, int rowsMax, Lock lock) {
    ExecContext context = context(parts.transaction().kv(), new @Nullable Object[0], null);
    return IndexBackfill.fill(context, table, index, from, rowsMax, lock);
  }

  /** Value of an expression that depends on no row. */
  @Nullable Object constant(SqlExpr expression) {
    var column = new Column(0, "value", expression.type());
    var values = new PlanNode.Values(List.of(column), List.of(List.of(expression)));
    try (var cursor = new RowCursor(open(values))) {
      return Objects.requireNonNull(cursor.next())[0];
    }
  }

  private ExecContext context(Plan plan, @Nullable Object[] parameters, @Nullable Profile profile) {
    SqlExpr moment = plan.bound().asOf();
    return context(
        moment == null ? parts.transaction().kv() : asOf.begin(constant(moment)),
        parameters,
        profile);
  }

  private ExecContext context(
      KvTransaction kv, @Nullable Object[] parameters, @Nullable Profile profile) {
    return context(kv, parts.transaction().schema(false), parameters, profile);
  }

  private ExecContext context(
      KvTransaction kv,
      SchemaCatalog catalog,
      @Nullable Object[] parameters,
      @Nullable Profile profile) {
    return new ExecContext(
        kv,
        catalog,
        new StatementContext(parts, functions, types.session(), parameters),
        new MemoryBudget(
            parts.settings().number(Settings.Number.WORK_MEM) << 10,
            parts.node().metrics().memory()),
        parts.node().rowIds(),
        rules,
        profile);
  }
}
