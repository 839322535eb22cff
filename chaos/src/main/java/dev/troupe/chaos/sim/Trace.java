package dev.troupe.chaos.sim;

import dev.troupe.chaos.check.Fingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happened, in order: a digest over all of it, and the last events in words. Details are kept
 * as they are and only put into words when somebody asks.
 */
public final class Trace {
  private static final int KEPT_MAX = 200;

  private record Line(long at, int node, String what, @Nullable Object detail) {
    @Override
    public String toString() {
      String where = node == 0 ? "  " : "n" + node;
      return String.format(
          Locale.ROOT, "%12.6f %s %-10s %s", at / 1e9, where, what, detail == null ? "" : detail);
    }
  }

  private final EventQueue time;
  private final @Nullable Consumer<String> printer;
  private final @Nullable Line[] lines = new Line[KEPT_MAX];
  private long count;
  private long digest;

  /**
   * @param printer is given every event at once; null for none
   */
  public Trace(EventQueue time, @Nullable Consumer<String> printer) {
    this.time = time;
    this.printer = printer;
  }

  /**
   * @param node 0 for none
   * @param digested what tells this event from another of its kind
   */
  public void add(int node, String what, @Nullable Object detail, long digested) {
    var line = new Line(time.now(), node, what, detail);
    lines[(int) (count++ % KEPT_MAX)] = line;
    digest = Fingerprint.mix(digest, time.now() ^ Long.rotateLeft(digested, 17));
    digest = Fingerprint.mix(digest, what.hashCode() * 31L + node);
    if (printer != null) {
      printer.accept(line.toString());
    }
  }

  /** Counts something in that happens too often to be put into words. */
  public void mix(long digested) {
    digest = Fingerprint.mix(digest, time.now() ^ Long.rotateLeft(digested, 23));
  }

  public long digest() {
    return digest;
  }

  public long count() {
    return count;
  }

  /** The last events, oldest first. */
  public List<String> last() {
    var last = new ArrayList<String>();
    for (long i = Math.max(0, count - KEPT_MAX); i < count; i++) {
      last.add(String.valueOf(lines[(int) (i % KEPT_MAX)]));
    }
    return last;
  }
}
