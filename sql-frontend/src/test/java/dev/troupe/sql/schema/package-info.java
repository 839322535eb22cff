/** Tests of the catalog. */
@NullMarked
package dev.troupe.sql.schema;

import org.jspecify.annotations.NullMarked;
