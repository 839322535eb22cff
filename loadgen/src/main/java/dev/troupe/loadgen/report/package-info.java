/** Latencies, errors and pauses of a run, and how they are printed. */
@NullMarked
package dev.troupe.loadgen.report;

import org.jspecify.annotations.NullMarked;
