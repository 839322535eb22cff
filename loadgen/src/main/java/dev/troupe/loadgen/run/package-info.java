/** Logical users, their timing, and the course of a run. */
@NullMarked
package dev.troupe.loadgen.run;

import org.jspecify.annotations.NullMarked;
