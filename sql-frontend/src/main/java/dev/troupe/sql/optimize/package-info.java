/** Optimizer: exchanges steps of plans for others that give the same rows with less work. */
@NullMarked
package dev.troupe.sql.optimize;

import org.jspecify.annotations.NullMarked;
