package dev.troupe.sql.session;

import dev.troupe.sql.analyze.BoundStatement;
import dev.troupe.sql.exec.PreparedPlan;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that can be run, by any session.
 *
 * @param optimized as EXPLAIN shows it
 * @param columns null: it gives no rows
 * @param catalog version of the catalog that it was made for
 * @param statistics what was known of tables
 * @param role by whose privileges it was made
 * @param searchPath names that it was made for
 * @param constantsMatter whether knowing constants could have made a better plan
 * @param readsOneKey whether one key of the present is all that it takes, but for the catalog
 */
record Plan(
    BoundStatement bound,
    PlanNode optimized,
    PreparedPlan executable,
    @Nullable List<ResultColumn> columns,
    long catalog,
    long statistics,
    String role,
    List<String> searchPath,
    boolean constantsMatter,
    boolean readsOneKey) {
  List<SqlType> parameterTypes() {
    return bound.parameterTypes();
  }
}
