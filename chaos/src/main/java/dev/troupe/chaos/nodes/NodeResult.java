package dev.troupe.chaos.nodes;

import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param failure what was violated; null when all is well
 * @param traceHash digest of everything that happened
 * @param undecided whether the search for a linearization was given up
 * @param report seed, options, state of every node and the last events; only for failures
 */
public record NodeResult(
    long seed,
    @Nullable Throwable failure,
    long traceHash,
    long events,
    long operations,
    boolean undecided,
    NodeCoverage coverage,
    String report) {
  public boolean failed() {
    return failure != null;
  }
}
