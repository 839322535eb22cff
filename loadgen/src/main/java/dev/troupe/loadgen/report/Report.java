package dev.troupe.loadgen.report;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is told at the end of a run.
 *
 * @param settings how the run was made, in the order in which it is to be printed
 * @param verification null when nothing was verified
 */
public record Report(
    String workload,
    Map<String, Object> settings,
    Summary summary,
    @Nullable VerificationResult verification) {}
