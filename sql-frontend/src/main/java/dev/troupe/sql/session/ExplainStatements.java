package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.exec.Profile;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.optimize.Optimizer;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanPrinter;
import dev.troupe.sql.syntax.ast.MaintenanceStatement;
import dev.troupe.sql.syntax.ast.Option;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.SessionStatement;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** EXPLAIN and EXPLAIN ANALYZE. Used by the session's thread. */
final class ExplainStatements {
  private static final double NANOS_PER_MILLI = 1e6;

  private final SessionParts parts;
  private final Planner planner;
  private final PortalRows rows;

  ExplainStatements(SessionParts parts, Planner planner, PortalRows rows) {
    this.parts = parts;
    this.planner = planner;
    this.rows = rows;
  }

  UtilityResult run(MaintenanceStatement.Explain explain) {
    boolean analyze = isOn(explain, "analyze");
    requireText(explain);
    Statement statement = statement(explain.statement());
    if (!Planner.plans(statement)) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED, "EXPLAIN shows queries and changes of rows only")
          .at(explain.position());
    }
    long before = parts.node().clocks().monotonic().nanos();
    Plan plan = planner.plan(statement, "", List.of());
    long planned = parts.node().clocks().monotonic().nanos();
    List<String> lines =
        analyze
            ? analyzed(plan, guesses(explain, plan), planned - before)
            : PlanPrinter.text(plan.optimized(), guesses(explain, plan));
    var result = new ArrayList<@Nullable Object[]>();
    lines.forEach(line -> result.add(new @Nullable Object[] {line}));
    return UtilityResult.of("EXPLAIN", MaintenanceStatements.EXPLAIN_COLUMNS, result);
  }

  private Statement statement(Statement explained) {
    if (explained instanceof SessionStatement.Execute execute) {
      PreparedStatement prepared = parts.objects().statements().get(execute.name().text());
      Statement ast = prepared == null ? null : prepared.ast();
      if (ast != null && execute.arguments().isEmpty()) {
        return ast;
      }
    }
    if (explained instanceof SessionStatement.DeclareCursor cursor) {
      return new QueryStatement(cursor.query());
    }
    return explained;
  }

  /** How many rows the planner reckons with, unless COSTS are switched off. */
  private Function<PlanNode, @Nullable String> guesses(
      MaintenanceStatement.Explain explain, Plan plan) {
    if (isOff(explain, "costs")) {
      return node -> null;
    }
    ToDoubleFunction<PlanNode> rows =
        Optimizer.estimates(plan.optimized(), parts.transaction().schema(false));
    return node -> " (rows=%d)".formatted(Math.round(rows.applyAsDouble(node)));
  }

  private List<String> analyzed(
      Plan plan, Function<PlanNode, @Nullable String> guesses, long planNanos) {
    var profile = new Profile(parts.node().clocks().monotonic());
    KvTransaction kv = parts.transaction().kv();
    KvTransaction.Counts before = kv.counts();
    long begun = parts.node().clocks().monotonic().nanos();
    try (var cursor = new RowCursor(rows.open(plan, new @Nullable Object[0], profile))) {
      while (cursor.next() != null) {
        parts.cancellation().check();
      }
    }
    long ended = parts.node().clocks().monotonic().nanos();
    KvTransaction.Counts after = kv.counts();
    var lines =
        new ArrayList<>(
            PlanPrinter.text(
                plan.optimized(),
                node ->
                    Objects.requireNonNullElse(guesses.apply(node), "") + measured(profile, node)));
    lines.add(
        "Key-Value: round trips=%d rows=%d bytes=%d writes=%d rows looked at=%d"
            .formatted(
                after.roundTrips() - before.roundTrips(),
                after.rows() - before.rows(),
                after.bytes() - before.bytes(),
                after.writes() - before.writes(),
                after.looked() - before.looked()));
    lines.add(millis("Planning Time", planNanos));
    lines.add(millis("Execution Time", ended - begun));
    return lines;
  }

  private static String measured(Profile profile, PlanNode node) {
    Profile.Counters counters = profile.of(node);
    if (counters == null) {
      return " (never executed)";
    }
    String kv =
        counters.roundTrips() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                " kv round trips=%d rows=%d bytes=%d rows looked at=%d",
                counters.roundTrips(),
                counters.kvRows(),
                counters.kvBytes(),
                counters.kvLooked());
    return String.format(
        Locale.ROOT,
        " (actual time=%.3f ms rows=%d loops=%d%s)",
        counters.nanos() / NANOS_PER_MILLI,
        counters.rows(),
        counters.loops(),
        kv);
  }

  private static String millis(String what, long nanos) {
    return String.format(Locale.ROOT, "%s: %.3f ms", what, nanos / NANOS_PER_MILLI);
  }

  private static boolean isOff(MaintenanceStatement.Explain explain, String name) {
    return explain.options().stream()
        .filter(option -> option.name().equals(name))
        .map(Option::value)
        .anyMatch(value -> value != null && Boolean.FALSE.equals(SettingDefinition.truth(value)));
  }

  private static boolean isOn(MaintenanceStatement.Explain explain, String name) {
    for (Option option : explain.options()) {
      if (option.name().equals(name)) {
        String value = option.value();
        return value == null || Boolean.TRUE.equals(SettingDefinition.truth(value));
      }
    }
    return false;
  }

  private static void requireText(MaintenanceStatement.Explain explain) {
    for (Option option : explain.options()) {
      String value = option.value();
      if (option.name().equals("format") && value != null && !value.equalsIgnoreCase("text")) {
        throw new SqlException(
                SqlState.FEATURE_NOT_SUPPORTED, "EXPLAIN gives text only, not " + value)
            .at(option.position());
      }
    }
  }
}
