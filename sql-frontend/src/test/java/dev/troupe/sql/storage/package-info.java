/** Tests of how tables are stored. */
@NullMarked
package dev.troupe.sql.storage;

import org.jspecify.annotations.NullMarked;
