/** Types of SQL and the Java values that stand for theirs. */
@NullMarked
package dev.troupe.sql.type;

import org.jspecify.annotations.NullMarked;
