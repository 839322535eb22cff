/** Functions and operators of json and jsonb. */
@NullMarked
package dev.troupe.sql.function.json;

import org.jspecify.annotations.NullMarked;
