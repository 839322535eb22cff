package dev.troupe.range;

import dev.troupe.protocol.model.LogEntry;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Knows roughly how many bytes of log lie above an index, to tell up to where the log can go. Owned
 * by the replica.
 */
final class LogRetention {
  private static final long STEP_BYTES = 256 << 10;

  private record Mark(long index, long bytesUpTo) {}

  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private long bytes;
  private long marked;
  private long droppedBytes;

  void appended(List<LogEntry> entries) {
    for (LogEntry entry : entries) {
      bytes += entry.sizeBytes();
      if (bytes - marked >= STEP_BYTES) {
        marks.add(new Mark(entry.index(), bytes));
        marked = bytes;
      }
    }
  }

  long retainedBytes() {
    return bytes - droppedBytes;
  }

  /** The highest index that may go when so many bytes are to stay; 0 when none. */
  long droppable(long retainBytes) {
    long index = 0;
    for (Mark mark : marks) {
      if (bytes - mark.bytesUpTo() < retainBytes) {
        break;
      }
      index = mark.index();
    }
    return index;
  }

  void dropped(long upTo) {
    while (!marks.isEmpty() && marks.peek().index() <= upTo) {
      droppedBytes = marks.poll().bytesUpTo();
    }
  }

  void reset() {
    marks.clear();
    droppedBytes = bytes;
    marked = bytes;
  }
}
