package dev.troupe.loadgen.txn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records invocations and completions, one JSON object to a line. Any thread. */
public final class History implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What a line says. */
  enum Type {
    INVOKE("invoke"),
    OK("ok"),
    /** Surely nothing happened. */
    FAIL("fail"),
    /** Nobody knows. */
    INFO("info");

    private final String label;

    Type(String label) {
      this.label = label;
    }
  }

  private final BufferedWriter out;
  private final long startNanos = System.nanoTime();
  private int processes;

  public History(Path file) throws IOException {
    this.out = Files.newBufferedWriter(file);
  }

  /** A part of a value, which may hold null. */
  static List<Object> told(@Nullable Object... parts) {
    return Arrays.asList(parts);
  }

  /** The number of a process that nobody has had before. */
  synchronized int newProcess() {
    return processes++;
  }

  /** Invocations are recorded before they are sent, completions after the answer. */
  synchronized void record(int process, Type type, String function, List<?> value) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("process", process);
    line.put("type", type.label);
    line.put("f", function);
    // Taken under the lock, so that the order of the lines is that of the times.
    line.put("time", System.nanoTime() - startNanos);
    line.put("value", value);
    try {
      out.write(MAPPER.writeValueAsString(line));
      out.write('\n');
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON: " + line, e);
    } catch (IOException e) {
      throw new UncheckedIOException("the history cannot be written", e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
