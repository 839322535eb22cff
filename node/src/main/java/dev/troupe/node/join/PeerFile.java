package dev.troupe.node.join;

import dev.troupe.rocksdb.engine.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * What a node remembers of its cluster's other members, so that it finds them again by itself: one
 * {@code host:port} of a cluster port per line in the file {@code PEERS}. The file {@code FOUNDING}
 * beside it exists from before the first node is stamped until its cluster has come up once: a
 * crash in between is finished by the next start. Thread-safe.
 */
public final class PeerFile {
  private static final String PEERS = "PEERS";
  private static final String FOUNDING = "FOUNDING";

  private final Path directory;
  private List<String> stored;
  private boolean founding;

  /** Reads what is there; a missing file means no peer. */
  public PeerFile(Path directory) throws IOException {
    this.directory = directory;
    Path file = directory.resolve(PEERS);
    stored =
        Files.exists(file)
            ? Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList()
            : List.of();
    founding = Files.exists(directory.resolve(FOUNDING));
  }

  public synchronized List<String> peers() {
    return stored;
  }

  /** Durable when it returns. Costs nothing when nothing has changed. */
  public synchronized void replace(List<String> peers) throws IOException {
    List<String> sorted = List.copyOf(new TreeSet<>(peers));
    if (!sorted.equals(stored)) {
      write(PEERS, String.join("\n", sorted) + "\n");
      stored = sorted;
    }
  }

  /** Durable when it returns. */
  public synchronized void add(String peer) throws IOException {
    TreeSet<String> more = new TreeSet<>(stored);
    if (more.add(peer)) {
      replace(List.copyOf(more));
    }
  }

  public synchronized boolean founding() {
    return founding;
  }

  public synchronized void beginFounding() throws IOException {
    write(FOUNDING, "");
    founding = true;
  }

  public synchronized void endFounding() throws IOException {
    Files.deleteIfExists(directory.resolve(FOUNDING));
    founding = false;
  }

  private void write(String name, String text) throws IOException {
    DurableFiles.replace(directory.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }
}
