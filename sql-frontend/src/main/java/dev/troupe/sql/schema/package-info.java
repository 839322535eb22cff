/** The catalog in the key space: its records, what transactions see of it, and what changes it. */
@NullMarked
package dev.troupe.sql.schema;

import org.jspecify.annotations.NullMarked;
