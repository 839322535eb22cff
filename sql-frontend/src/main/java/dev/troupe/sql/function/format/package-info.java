/** to_char, to_number, to_date and to_timestamp: values by patterns. */
@NullMarked
package dev.troupe.sql.function.format;

import org.jspecify.annotations.NullMarked;
