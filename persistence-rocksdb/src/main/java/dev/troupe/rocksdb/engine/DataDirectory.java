package dev.troupe.rocksdb.engine;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.protocol.spi.SystemClocks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds everything a node must not lose, held by one process at a time and
 * stamped with whose it is.
 *
 * <p>Layout: {@code LOCK} (held while open, names the process), {@code STORE} (see {@link
 * StoreStamp}), and what the engine keeps beside them. Thread-safe. Opening refuses, with what to
 * do, a directory that is in use, foreign, damaged or of a newer format.
 */
public final class DataDirectory implements AutoCloseable {
  private static final String LOCK = "LOCK";
  private static final String STAMP = "STORE";
  private static final String LOST_AND_FOUND = "lost+found";

  /**
   * Directories open in this process. A second channel on the lock file must not even be opened
   * here: closing it would give the process's lock away (POSIX).
   */
  private static final Set<Path> OPEN_HERE = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel lockChannel;
  private StoreStamp stamp;
  private boolean closed;

  private DataDirectory(Path path, FileChannel lockChannel, StoreStamp stamp) {
    this.path = path;
    this.lockChannel = lockChannel;
    this.stamp = stamp;
  }

  /** Opens or creates a data directory. Blocking. */
  public static DataDirectory open(Path directory) {
    return open(directory, SystemClocks.random());
  }

  /**
   * Opens or creates a data directory. Blocking.
   *
   * @param random for the id of a new store
   * @throws TroupeException when it cannot be used; nothing is held then
   */
  public static DataDirectory open(Path directory, RandomSource random) {
    Path path;
    try {
      DurableFiles.createDirectories(directory);
      path = directory.toRealPath();
    } catch (IOException e) {
      throw unusable(directory, e);
    }
    if (!OPEN_HERE.add(path)) {
      throw inUse(path, "this process, " + ProcessHandle.current().pid());
    }
    FileChannel channel = null;
    try {
      requireOurs(path);
      channel = lock(path);
      return new DataDirectory(path, channel, nextStamp(path, random));
    } catch (IOException e) {
      release(path, channel);
      throw unusable(path, e);
    } catch (RuntimeException e) {
      release(path, channel);
      throw e;
    }
  }

  /** Absolute, without links. */
  public Path path() {
    return path;
  }

  /** Identity of the store, from before it joined any cluster. */
  public synchronized String storeId() {
    return stamp.storeId();
  }

  /** How often the directory has been opened, this time included. */
  public synchronized long incarnation() {
    return stamp.incarnation();
  }

  /** Empty until {@link #stamp} has been called, in this life or an earlier one. */
  public synchronized Optional<StoreIdentity> identity() {
    String cluster = stamp.clusterId();
    NodeId node = stamp.nodeId();
    return cluster == null || node == null
        ? Optional.empty()
        : Optional.of(new StoreIdentity(cluster, node, stamp.storeId(), stamp.incarnation()));
  }

  /**
   * Records durably which node of which cluster the directory belongs to. Repeating it is harmless.
   *
   * @throws TroupeException with WRONG_CLUSTER when it already belongs to another one
   */
  public synchronized void stamp(StoreIdentity identity) {
    Invariant.check(!closed, "data directory %s is closed", path);
    Invariant.check(
        identity.storeId().equals(stamp.storeId()) && identity.incarnation() == stamp.incarnation(),
        "%s is not the identity of the open store %s",
        identity,
        stamp);
    requireSameMembership(identity);
    if (identity().isEmpty()) {
      if (identity.clusterId().isBlank() || identity.clusterId().contains("\n")) {
        throw new IllegalArgumentException("not a cluster id: '" + identity.clusterId() + "'");
      }
      write(stamp.withMembership(identity.clusterId(), identity.nodeId()));
    }
  }

  /** Incarnation that the databases must have recorded; 0 when they were never opened. */
  public synchronized long confirmedIncarnation() {
    return stamp.confirmed();
  }

  /** The databases have recorded the present incarnation. Blocking. */
  public synchronized void confirm() {
    write(stamp.withConfirmed());
  }

  /** Puts the present stamp into a copy of the store. Blocking. */
  public synchronized void copyStamp(Path copy) throws IOException {
    DurableFiles.replace(copy.resolve(STAMP), stamp.encode());
  }

  /** Lets another process open the directory. May be repeated. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      release(path, lockChannel);
    }
  }

  private void requireSameMembership(StoreIdentity wanted) {
    StoreIdentity present = identity().orElse(wanted);
    if (!present.equals(wanted)) {
      throw new TroupeException(
          ErrorCode.WRONG_CLUSTER,
          "data directory "
              + path
              + " belongs to node "
              + present.nodeId()
              + " of cluster "
              + present.clusterId()
              + ", not to node "
              + wanted.nodeId()
              + " of cluster "
              + wanted.clusterId()
              + ": use another data directory");
    }
  }

  private void write(StoreStamp next) {
    try {
      DurableFiles.replace(path.resolve(STAMP), next.encode());
    } catch (IOException e) {
      throw unusable(path, e);
    }
    stamp = next;
  }

  private static StoreStamp nextStamp(Path path, RandomSource random) throws IOException {
    Path file = path.resolve(STAMP);
    StoreStamp stamp =
        Files.exists(file)
            ? StoreStamp.decode(Files.readAllBytes(file), file).withNextIncarnation()
            : new StoreStamp(newStoreId(random), 1, 0, null, null);
    DurableFiles.replace(file, stamp.encode());
    return stamp;
  }

  private static String newStoreId(RandomSource random) {
    return "%016x%016x".formatted(random.nextLong(Long.MAX_VALUE), random.nextLong(Long.MAX_VALUE));
  }

  /** A directory without our stamp may hold nothing that we could overwrite or mistake for ours. */
  private static void requireOurs(Path path) throws IOException {
    if (Files.exists(path.resolve(STAMP))) {
      return;
    }
    try (var entries = Files.list(path)) {
      Optional<Path> foreign =
          entries.filter(entry -> !isHarmless(entry.getFileName().toString())).sorted().findFirst();
      if (foreign.isPresent()) {
        throw new TroupeException(
            ErrorCode.PRECONDITION_FAILED,
            "data directory "
                + path
                + " has no store stamp but is not empty (it contains "
                + foreign.get().getFileName()
                + "): give an empty or a new directory");
      }
    }
  }

  private static boolean isHarmless(String name) {
    return name.equals(LOCK) || name.equals(STAMP + ".next") || name.equals(LOST_AND_FOUND);
  }

  private static FileChannel lock(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path.resolve(LOCK),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
      if (lock == null) {
        throw inUse(path, "process " + holder(channel));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)));
      return channel;
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(20);
    channel.read(text, 0);
    String pid = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).trim();
    return pid.isEmpty() ? "unknown" : pid;
  }

  private static void release(Path path, @Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw unusable(path, e);
    } finally {
      OPEN_HERE.remove(path);
    }
  }

  private static TroupeException inUse(Path path, String by) {
    return new TroupeException(
        ErrorCode.PRECONDITION_FAILED,
        "data directory "
            + path
            + " is in use by "
            + by
            + ": stop that process or give another data directory");
  }

  private static TroupeException unusable(Path path, IOException cause) {
    return new TroupeException(
        ErrorCode.STORAGE_FAILED,
        "data directory "
            + path
            + " cannot be used: "
            + cause
            + ". Check that it is a directory, its permissions and the free space");
  }
}
