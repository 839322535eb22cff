package dev.troupe.sql.syntax.ast;

import dev.troupe.sql.syntax.ast.OrderItem.NullsOrder;
import org.jspecify.annotations.Nullable;

/**
 * A key of an index.
 *
 * @param value a column reference or an expression
 * @param operatorClass null when it was not said
 * @param nulls null when it was not said
 */
public record IndexElement(
    Expression value,
    @Nullable QualifiedName collation,
    @Nullable QualifiedName operatorClass,
    boolean descending,
    @Nullable NullsOrder nulls,
    int position) {}
