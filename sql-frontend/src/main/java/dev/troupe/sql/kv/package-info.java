/** SQL's door to data: transactions over keys, for callers that may wait. */
@NullMarked
package dev.troupe.sql.kv;

import org.jspecify.annotations.NullMarked;
