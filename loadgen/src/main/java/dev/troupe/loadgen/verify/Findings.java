package dev.troupe.loadgen.verify;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects what the verification found, from any thread. */
final class Findings {
  private static final int EXAMPLES_MAX = 20;

  private final Map<Finding.Kind, Long> counts = new EnumMap<>(Finding.Kind.class);
  private final List<String> examples = new ArrayList<>();
  private long checkedReads;

  public synchronized void add(ByteString key, Finding finding) {
    counts.merge(finding.kind(), 1L, Long::sum);
    if (examples.size() < EXAMPLES_MAX) {
      examples.add(finding.kind() + " key '" + key.toStringUtf8() + "': " + finding.detail());
    }
  }

  public synchronized void countCheckedRead() {
    checkedReads++;
  }

  public synchronized long checkedReads() {
    return checkedReads;
  }

  public synchronized long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  public synchronized Map<Finding.Kind, Long> counts() {
    return new EnumMap<>(counts);
  }

  public synchronized List<String> examples() {
    return List.copyOf(examples);
  }
}
