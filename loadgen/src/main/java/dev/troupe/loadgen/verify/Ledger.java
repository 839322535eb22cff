package dev.troupe.loadgen.verify;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes what became of every write to a file of JSON lines, so that it can be checked after the
 * cluster, or this process, has gone. Lines reach the operating system within {@value
 * #FLUSH_MILLIS} ms. Any thread. After an I/O error nothing more is written, and {@link #close}
 * tells.
 */
public final class Ledger implements AutoCloseable {
  static final int FORMAT = 1;
  private static final long FLUSH_MILLIS = 10;
  private static final int BUFFER_BYTES_MAX = 4 << 20;

  /** What a line says about a write. */
  enum Event {
    /** About to be sent; in doubt unless another line follows. */
    BEGUN,
    ACKNOWLEDGED,
    REFUSED,
    /** Read back by its owner. */
    OBSERVED
  }

  private final FileChannel file;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread flusher;
  private StringBuilder buffer = new StringBuilder();
  private @Nullable IOException failure;

  /**
   * @param namespace where the keys lie; empty for the default one
   */
  public Ledger(Path path, long run, String namespace) throws IOException {
    this.file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    ObjectNode header = JsonNodeFactory.instance.objectNode();
    header.put("ledger", FORMAT).put("run", Long.toHexString(run)).put("namespace", namespace);
    buffer.append(header).append('\n');
    flush();
    this.flusher = Thread.ofPlatform().daemon().name("ledger").start(this::flushUntilClosed);
  }

  void write(Event event, TrackedKey key, long sequence, long version) {
    synchronized (this) {
      buffer.append("{\"key\":\"").append(key.key().toStringUtf8());
      buffer.append("\",\"index\":").append(key.index());
      buffer.append(",\"seq\":").append(sequence);
      buffer.append(",\"event\":\"").append(event.name());
      if (version != 0) {
        buffer.append("\",\"version\":\"").append(Long.toUnsignedString(version));
      }
      buffer.append("\"}\n");
      if (buffer.length() < BUFFER_BYTES_MAX) {
        return;
      }
    }
    flush();
  }

  private synchronized void flush() {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(buffer.toString());
    buffer = new StringBuilder();
    if (failure != null) {
      return;
    }
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    } catch (IOException e) {
      failure = e;
    }
  }

  private void flushUntilClosed() {
    try {
      while (!closing.await(FLUSH_MILLIS, TimeUnit.MILLISECONDS)) {
        flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    closing.countDown();
    try {
      flusher.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    flush();
    try (file) {
      if (failure != null) {
        throw new IOException("the ledger is not complete: " + failure.getMessage(), failure);
      }
      file.force(false);
    }
  }
}
