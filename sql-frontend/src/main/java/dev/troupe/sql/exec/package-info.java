/** Runs plans: expressions as closures, operators that pull batches of rows. */
@NullMarked
package dev.troupe.sql.exec;

import org.jspecify.annotations.NullMarked;
