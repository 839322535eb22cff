package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.RowProgram;
import dev.troupe.protocol.spi.StateStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fills one page of a scan. A program may look at many rows for each that it sends: the page ends
 * when that has taken its time, so that a thread is given back, and deadlines and cancelled
 * statements are heeded, however little comes out.
 */
final class ScanPage {
  private static final byte[] NO_VALUE = {};

  /** So many rows at most are looked at for a page. */
  private static final int LOOKED_MAX = 1 << 16;

  /** A page ends when it has taken so long. */
  private static final long NANOS_MAX = 20_000_000L;

  /** The clock is read after so many rows: a power of two. */
  private static final int LOOKED_PER_TICK = 256;

  private final KvRequest.Scan scan;
  private final RowPrograms programs;
  private final RowProgram.@Nullable Page program;
  private final long begun;
  private final List<KvResponse.Row> rows = new ArrayList<>();
  private long bytes;
  private long looked;
  private @Nullable Key resume;
  private byte @Nullable [] error;

  /**
   * Begins a page.
   *
   * @param program null: all rows as they are
   */
  ScanPage(KvRequest.Scan scan, @Nullable RowProgram program, RowPrograms programs) {
    this.scan = scan;
    this.programs = programs;
    this.program = program == null ? null : program.page();
    this.begun = program == null ? 0 : programs.clock().nanos();
  }

  /**
   * Reads until the page or the span ends.
   *
   * @throws RowProgram.NotHere when the program cannot be carried out
   */
  void fill(StateStore.Scan cursor) {
    while (resume == null && error == null && cursor.next()) {
      if (isFull()) {
        resume = from(cursor.key());
      } else if (program == null) {
        add(cursor, scan.keysOnly() ? NO_VALUE : cursor.value());
      } else {
        take(cursor, program);
      }
    }
  }

  private boolean isFull() {
    if (rows.size() == scan.maxRows() || (bytes >= scan.maxBytes() && !rows.isEmpty())) {
      return true;
    }
    if (program == null || looked == 0) {
      return false;
    }
    return looked >= LOOKED_MAX
        || program.isFull()
        || (looked % LOOKED_PER_TICK == 0 && programs.clock().nanos() - begun >= NANOS_MAX);
  }

  private void take(StateStore.Scan cursor, RowProgram.Page page) {
    byte[] sent;
    try {
      sent = page.take(cursor.key(), scan.keysOnly() ? NO_VALUE : cursor.value());
    } catch (RowProgram.Failure failure) {
      if (rows.isEmpty()) {
        error = failure.error();
      } else {
        // Whoever has enough of the rows before never comes to it.
        resume = from(cursor.key());
      }
      return;
    }
    looked++;
    if (sent != null) {
      add(cursor, sent);
    }
  }

  private void add(StateStore.Scan cursor, byte[] value) {
    rows.add(new KvResponse.Row(cursor.key(), value, cursor.timestamp()));
    bytes += cursor.key().length() + value.length;
  }

  /** A reversed scan goes on below its exclusive end: just above the key not taken. */
  private Key from(Key notTaken) {
    return scan.reverse() ? notTaken.next() : notTaken;
  }

  List<KvResponse.Row> rows() {
    return rows;
  }

  /** Where to go on in this range; null when all of it was looked at. */
  @Nullable Key resume() {
    return resume;
  }

  /** What the program did; null when there is none. */
  KvResponse.@Nullable Evaluated evaluated() {
    return program == null
        ? null
        : new KvResponse.Evaluated(looked, error == null ? program.results() : List.of(), error);
  }
}
