package dev.troupe.loadgen.report;

import java.util.List;
import java.util.Map;

/**
 * Result of a verification.
 *
 * @param findings how many, by kind; empty when all is well
 * @param examples some of the findings in words
 */
public record VerificationResult(
    long acknowledgedWrites,
    long keys,
    long checkedReads,
    Map<String, Long> findings,
    List<String> examples) {
  public boolean passed() {
    return findings.isEmpty();
  }
}
