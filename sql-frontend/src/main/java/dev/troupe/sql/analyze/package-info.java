/** Binder: gives statements' names and types their meaning and makes plans of them. */
@NullMarked
package dev.troupe.sql.analyze;

import org.jspecify.annotations.NullMarked;
