/** Keys and values of rows and index entries; reading and writing tables. */
@NullMarked
package dev.troupe.sql.storage;

import org.jspecify.annotations.NullMarked;
