package dev.troupe.loadgen.report;

/**
 * How the transactions of a run have ended, warm-up excluded.
 *
 * @param conflicts attempts that gave way to others
 * @param retries attempts after the first one of their transaction
 * @param ambiguous transactions of which nobody knows whether they were committed
 * @param abandoned transactions that the workload itself rolled back
 */
public record TransactionFigures(
    long committed, long conflicts, long retries, long ambiguous, long abandoned) {}
