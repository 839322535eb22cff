/** Checks that every acknowledged write is found again. */
@NullMarked
package dev.troupe.loadgen.verify;

import org.jspecify.annotations.NullMarked;
