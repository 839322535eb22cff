/** Bound expressions and plans: what the planner makes and the executor runs. */
@NullMarked
package dev.troupe.sql.plan;

import org.jspecify.annotations.NullMarked;
