/** Runs sqllogictest files, SQL tests that were written for other databases, over JDBC. */
@NullMarked
package dev.troupe.chaos.sqllogic;

import org.jspecify.annotations.NullMarked;
