/** Values as clients see them: PostgreSQL's text and binary formats. */
@NullMarked
package dev.troupe.sql.type.format;

import org.jspecify.annotations.NullMarked;
