/** What functions, operators and aggregates are, and what they may ask while they run. */
@NullMarked
package dev.troupe.sql.eval;

import org.jspecify.annotations.NullMarked;
