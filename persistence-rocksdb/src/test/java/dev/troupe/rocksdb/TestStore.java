package dev.troupe.rocksdb;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore.LogWrite;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.rocksdb.engine.DataDirectory;
import dev.troupe.rocksdb.engine.DurableFiles;
import dev.troupe.rocksdb.store.StoreEngine;
import dev.troupe.rocksdb.store.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A store on real files, with what tests do to it. */
public final class TestStore implements AutoCloseable {
  public static final StoreOptions SMALL =
      new StoreOptions(8 << 20, 4 << 20, 4 << 20, 1 << 20, 2, 64 << 10);

  private static final int COPIES_MAX = 100;

  public final Path path;
  public final DataDirectory directory;
  public final StoreEngine engine;
  public final List<String> failures = Collections.synchronizedList(new ArrayList<>());

  public TestStore(Path path) {
    this(path, SMALL);
  }

  public TestStore(Path path, StoreOptions options) {
    this.path = path;
    this.directory = DataDirectory.open(path);
    try {
      this.engine =
          StoreEngine.open(
              directory,
              options,
              (cause, what) -> failures.add(what + ": " + cause),
              SystemClocks.monotonic());
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /** Writes and waits until it is durable. */
  public void write(LogWrite write) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    engine.raftLog().write(write, () -> done.complete(null));
    done.orTimeout(30, TimeUnit.SECONDS).join();
  }

  public void create(ReplicaKey replica) {
    write(new LogWrite.Create(replica, HardState.INITIAL, LogPosition.ZERO));
  }

  public void append(ReplicaKey replica, LogEntry... entries) {
    write(new LogWrite.Append(replica, null, List.of(entries), false));
  }

  /**
   * The files as they are now, as a crash would leave them: what is only in the process's memory is
   * lost. The running store is not disturbed.
   */
  public Path crash(Path target) {
    copy(path, target);
    return target;
  }

  @Override
  public void close() {
    engine.close();
    directory.close();
  }

  public static LogEntry entry(long index, long term, String data) {
    return new LogEntry(term, index, LogEntry.Kind.COMMAND, data.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Copies a directory of files as of one moment, again when a compaction came in between. */
  public static void copy(Path from, Path to) {
    try {
      for (int attempt = 0; attempt < COPIES_MAX; attempt++) {
        DurableFiles.deleteTree(to);
        Map<Path, Long> before = sizes(from);
        if (copyFiles(from, to) && sizes(from).equals(before)) {
          return;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException(from + " does not come to rest");
  }

  private static boolean copyFiles(Path from, Path to) throws IOException {
    try (var paths = Files.walk(from)) {
      for (Path source : paths.toList()) {
        Path target = to.resolve(from.relativize(source).toString());
        if (Files.isDirectory(source)) {
          Files.createDirectories(target);
        } else {
          Files.copy(source, target);
        }
      }
      return true;
    } catch (NoSuchFileException | UncheckedIOException e) {
      return false;
    }
  }

  private static Map<Path, Long> sizes(Path directory) throws IOException {
    Map<Path, Long> sizes = new HashMap<>();
    try (var paths = Files.walk(directory)) {
      for (Path path : paths.toList()) {
        sizes.put(path, path.toFile().length());
      }
    } catch (UncheckedIOException e) {
      sizes.put(directory, -1L);
    }
    return sizes;
  }
}
