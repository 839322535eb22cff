package dev.troupe.sql.exec;

import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.plan.TableChecks;
import dev.troupe.sql.storage.RowIds;
import org.jspecify.annotations.Nullable;

/**
 * What a statement runs with. Belongs to the thread that runs it.
 *
 * @param checks rules of tables that the plan does not name and foreign keys lead to
 * @param profile where to count what is done, for EXPLAIN ANALYZE; otherwise null
 */
public record ExecContext(
    KvTransaction kv,
    Catalog catalog,
    EvalContext eval,
    MemoryBudget memory,
    RowIds rowIds,
    TableChecks checks,
    @Nullable Profile profile) {}
