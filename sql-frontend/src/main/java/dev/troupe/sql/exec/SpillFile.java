package dev.troupe.sql.exec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A temporary file of runs of rows, each read from its beginning to its end. Gone when it is
 * closed, or the process ends.
 */
final class SpillFile implements AutoCloseable {
  private static final int BLOCK_BYTES = 1 << 16;

  private final RowCodec codec;
  private @Nullable FileChannel channel;
  private long end;

  SpillFile(RowCodec codec) {
    this.codec = codec;
  }

  /** Writes rows behind what is there. */
  Run write(List<@Nullable Object[]> rows) {
    long start = end;
    ByteWriter block = new ByteWriter(BLOCK_BYTES);
    block.putInt(0);
    for (@Nullable Object[] row : rows) {
      codec.write(row, block);
      if (block.size() >= BLOCK_BYTES) {
        flush(block);
      }
    }
    if (block.size() > Integer.BYTES) {
      flush(block);
    }
    return new Run(start, end);
  }

  /** A block is its length and its rows. */
  private void flush(ByteWriter block) {
    block.setInt(0, block.size() - Integer.BYTES);
    ByteBuffer bytes = ByteBuffer.wrap(block.array(), 0, block.size());
    try {
      FileChannel file = open();
      while (bytes.hasRemaining()) {
        end += file.write(bytes, end);
      }
    } catch (IOException e) {
      throw failed("write", e);
    }
    block.clear();
    block.putInt(0);
  }

  private FileChannel open() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      Path path = Files.createTempFile("troupe-sort-", ".tmp");
      open =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      channel = open;
    }
    return open;
  }

  @Override
  public void close() {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw failed("remove", e);
      }
    }
  }

  private static SqlException failed(String what, IOException cause) {
    return new SqlException(
        SqlState.DISK_FULL, "could not " + what + " temporary file: " + cause.getMessage());
  }

  /** Rows that were written together. */
  final class Run {
    private final long limit;
    private long position;
    private ByteReader block = new ByteReader(new byte[0]);

    private Run(long start, long limit) {
      this.position = start;
      this.limit = limit;
    }

    /** The next row; null at the end. */
    @Nullable Object @Nullable [] next() {
      if (block.remaining() == 0) {
        if (position == limit) {
          return null;
        }
        int length = new ByteReader(read(Integer.BYTES)).readInt();
        block = new ByteReader(read(length));
      }
      return codec.read(block);
    }

    private byte[] read(int length) {
      byte[] target = new byte[length];
      ByteBuffer bytes = ByteBuffer.wrap(target);
      try {
        FileChannel file = open();
        while (bytes.hasRemaining()) {
          int count = file.read(bytes, position);
          if (count < 0) {
            throw new IOException("it ends too early");
          }
          position += count;
        }
      } catch (IOException e) {
        throw failed("read", e);
      }
      return target;
    }
  }
}
