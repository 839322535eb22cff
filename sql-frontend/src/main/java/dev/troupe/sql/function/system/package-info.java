/** What functions ask of the session and the catalog. */
@NullMarked
package dev.troupe.sql.function.system;

import org.jspecify.annotations.NullMarked;
