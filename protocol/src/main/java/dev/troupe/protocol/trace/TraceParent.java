package dev.troupe.protocol.trace;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of the trace that its request belongs to: the header {@code traceparent} of
 * W3C Trace Context. Immutable.
 *
 * @param sampled whether the client wants the request to be recorded
 */
public record TraceParent(TraceContext context, boolean sampled) {
  /** The header's name, in metadata of gRPC as well. */
  public static final String HEADER = "traceparent";

  // Versions after 00 may append fields; ff is forbidden.
  private static final Pattern FORM =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-([0-9a-f]{16})([0-9a-f]{16})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  /** Reads a header; null when it is malformed, as if there were none. */
  public static @Nullable TraceParent parse(String header) {
    Matcher form = FORM.matcher(header.trim());
    if (!form.matches() || (form.group(5) != null && header.trim().startsWith("00"))) {
      return null;
    }
    long high = Long.parseUnsignedLong(form.group(1), 16);
    long low = Long.parseUnsignedLong(form.group(2), 16);
    long span = Long.parseUnsignedLong(form.group(3), 16);
    if ((high | low) == 0 || span == 0) {
      return null;
    }
    boolean sampled = (Integer.parseInt(form.group(4), 16) & 1) != 0;
    return new TraceParent(new TraceContext(high, low, span), sampled);
  }
}
