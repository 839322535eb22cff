/** Tables that are computed when they are read: catalogs as PostgreSQL has them, and the system. */
@NullMarked
package dev.troupe.sql.vtable;

import org.jspecify.annotations.NullMarked;
