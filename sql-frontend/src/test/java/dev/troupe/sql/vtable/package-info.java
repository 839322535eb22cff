/** Tests of virtual tables. */
@NullMarked
package dev.troupe.sql.vtable;

import org.jspecify.annotations.NullMarked;
