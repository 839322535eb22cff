/** The formats of COPY, both ways. */
@NullMarked
package dev.troupe.sql.copy;

import org.jspecify.annotations.NullMarked;
