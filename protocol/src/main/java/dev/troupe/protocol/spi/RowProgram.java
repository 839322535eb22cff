package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.Key;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a range does with the rows of a scan instead of sending all of them: it leaves rows out,
 * shortens them, or sums them up. The bytes that it is sent as, and those of its results, mean
 * something to its author alone. Immutable; any thread.
 */
public interface RowProgram {
  /** Begins the work on one page. */
  Page page();

  /** The work on one page of rows, in the order of the scan. Used by one thread. */
  interface Page {
    /**
     * Looks at a row.
     *
     * @param value empty when the scan reads keys only
     * @return the value to be sent for it; null when the row is not sent
     * @throws Failure when there is no result for the row
     * @throws NotHere when the program needs what is not known where the rows are
     */
    byte @Nullable [] take(Key key, byte[] value);

    /** Whether so much is held that the page has to end here. */
    boolean isFull();

    /** What was gathered of all rows taken; empty unless the program sums up. */
    List<byte[]> results();
  }

  /** A row for which the program has no result, with what to tell its author. */
  final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient byte[] error;

    /** Shares the bytes. */
    public Failure(byte[] error) {
      super("a program has no result for a row", null, false, false);
      this.error = error;
    }

    public byte[] error() {
      return error;
    }
  }

  /** The program cannot be carried out where the rows are: they are to be sent as they are. */
  final class NotHere extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotHere(String why) {
      super(why, null, false, false);
    }
  }

  /** Reads programs. Any thread. */
  @FunctionalInterface
  interface Factory {
    /** Knows no programs. */
    Factory NONE = program -> null;

    /** The program that some bytes mean; null when they are not understood here. */
    @Nullable RowProgram read(byte[] program);
  }
}
