package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.rocksdb.codec.MvccKeyCodec;
import dev.troupe.rocksdb.engine.StorageErrors;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.CompressionType;
import org.rocksdb.EnvOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;
import org.rocksdb.SstFileWriter;

/**
 * Writes records of one family, as they come, into a row of sorted table files. Not thread-safe.
 */
public final class StateFiles implements AutoCloseable {
  private static final int KEY_BYTES_INITIAL = 64 << 10;
  private static final int VALUE_BYTES_INITIAL = 256 << 10;

  /** What the files of a row hold. The names travel with snapshots: never change them. */
  public enum Content {
    /** Nameless, because once there was nothing else. */
    VERSIONS(""),
    SIDES("sides-");

    private final String prefix;

    Content(String prefix) {
      this.prefix = prefix;
    }

    /** Name of a file by its place in the row. */
    public String fileName(int number) {
      return prefix + "%06d.sst".formatted(number);
    }
  }

  private final Path directory;
  private final Content content;
  private final long fileBytesMax;
  private final EnvOptions environment = new EnvOptions();
  private final Options options = new Options().setCompressionType(CompressionType.LZ4_COMPRESSION);
  private final List<Path> files = new ArrayList<>();
  private ByteBuffer key = ByteBuffer.allocateDirect(KEY_BYTES_INITIAL);
  private ByteBuffer value = ByteBuffer.allocateDirect(VALUE_BYTES_INITIAL);
  private @Nullable SstFileWriter writer;
  private long bytes;

  /**
   * @param fileBytesMax uncompressed bytes after which another file is begun
   */
  StateFiles(Path directory, Content content, long fileBytesMax) {
    this.directory = directory;
    this.content = content;
    this.fileBytesMax = fileBytesMax;
  }

  /** Adds the record under an iterator, which must be valid. */
  void add(RocksIterator record) throws RocksDBException {
    key = read(key, record::key);
    value = read(value, record::value);
    SstFileWriter into = writer == null || bytes >= fileBytesMax ? begin() : writer;
    bytes += (long) key.remaining() + value.remaining();
    into.put(key, value);
  }

  List<Path> finish() throws RocksDBException {
    finishFile();
    return List.copyOf(files);
  }

  @Override
  public void close() {
    if (writer != null) {
      writer.close();
      writer = null;
    }
    options.close();
    environment.close();
  }

  /**
   * Refuses a row of files that do not hold records of the span only, in order from file to file.
   *
   * @throws dev.troupe.protocol.error.TroupeException with CORRUPTION
   */
  public static void requireWithin(KeySpan span, List<Path> files) {
    byte[] above = MvccKeyCodec.stem(span.start());
    byte[] below = MvccKeyCodec.stem(span.end());
    for (Path file : files) {
      try (Options options = new Options();
          ReadOptions reading = new ReadOptions();
          SstFileReader reader = new SstFileReader(options)) {
        reader.open(file.toString());
        try (SstFileReaderIterator records = reader.newIterator(reading)) {
          records.seekToFirst();
          boolean begins = records.isValid() && Arrays.compareUnsigned(records.key(), above) >= 0;
          records.seekToLast();
          boolean ends = records.isValid() && Arrays.compareUnsigned(records.key(), below) < 0;
          records.status();
          if (!begins || !ends) {
            throw StorageErrors.corruption(
                "snapshot file " + file + " holds keys outside of " + span + " or out of order");
          }
          above = records.key();
        }
      } catch (RocksDBException e) {
        throw StorageErrors.corruption("snapshot file " + file + ": " + e.getMessage());
      }
    }
  }

  private SstFileWriter begin() throws RocksDBException {
    finishFile();
    Path file = directory.resolve(content.fileName(files.size()));
    SstFileWriter next = new SstFileWriter(environment, options);
    writer = next;
    next.open(file.toString());
    files.add(file);
    return next;
  }

  private void finishFile() throws RocksDBException {
    if (writer != null) {
      writer.finish();
      writer.close();
      writer = null;
      bytes = 0;
    }
  }

  @FunctionalInterface
  private interface Source {
    /** Fills the buffer, and returns how many bytes there are. */
    int into(ByteBuffer buffer);
  }

  private static ByteBuffer read(ByteBuffer buffer, Source source) {
    int length = source.into(buffer.clear());
    if (length <= buffer.capacity()) {
      return buffer;
    }
    ByteBuffer larger = ByteBuffer.allocateDirect(length + length / 4);
    source.into(larger);
    return larger;
  }
}
