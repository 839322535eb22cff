/** Descriptions of schemas, tables, indexes, views and sequences. */
@NullMarked
package dev.troupe.sql.catalog;

import org.jspecify.annotations.NullMarked;
