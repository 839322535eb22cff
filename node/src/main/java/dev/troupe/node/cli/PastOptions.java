package dev.troupe.node.cli;

import dev.troupe.node.ExitCode;
import dev.troupe.v1.GetRequest;
import dev.troupe.v1.ScanRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** As of when to read: the newest state, or the past as the nearest replica knows it. */
final class PastOptions {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

  @Option(
      names = "--at",
      paramLabel = "VERSION",
      description = "Read as of a version, as it is printed with --format json.")
  private @Nullable String at;

  @Option(
      names = "--max-staleness",
      paramLabel = "TIME",
      description = "Read what the nearest replica knows, at most so old: 500ms, 10s, 1m, 1h.")
  private @Nullable String maxStaleness;

  void addTo(GetRequest.Builder request) {
    requireOneKind();
    if (at != null) {
      request.setAtVersion(version(at));
    }
    if (maxStaleness != null) {
      request.setMaxStalenessMillis(millis(maxStaleness));
    }
  }

  void addTo(ScanRequest.Builder request) {
    requireOneKind();
    if (at != null) {
      request.setAtVersion(version(at));
    }
    if (maxStaleness != null) {
      request.setMaxStalenessMillis(millis(maxStaleness));
    }
  }

  private void requireOneKind() {
    if (at != null && maxStaleness != null) {
      throw new CliFailure(ExitCode.USAGE, "--at goes without --max-staleness", "");
    }
  }

  private static long version(String text) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new CliFailure(ExitCode.USAGE, "--at: \"" + text + "\" is not a version", "");
    }
  }

  private static int millis(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new CliFailure(
          ExitCode.USAGE, "--max-staleness: \"" + text + "\" is not a time such as 10s", "");
    }
    long unit =
        switch (matcher.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          default -> 3_600_000;
        };
    // The field is unsigned: about 49 days.
    return (int) Math.min(0xFFFF_FFFFL, Long.parseLong(matcher.group(1)) * unit);
  }
}
