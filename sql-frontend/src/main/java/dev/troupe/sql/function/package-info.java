/** Functions by name: the registry, and PostgreSQL's rules for choosing among overloads. */
@NullMarked
package dev.troupe.sql.function;

import org.jspecify.annotations.NullMarked;
