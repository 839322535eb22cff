/** Functions and operators of strings and bytes. */
@NullMarked
package dev.troupe.sql.function.text;

import org.jspecify.annotations.NullMarked;
