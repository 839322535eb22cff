/** Transactions in memory, and tests of what waits for them. */
@NullMarked
package dev.troupe.sql.kv;

import org.jspecify.annotations.NullMarked;
