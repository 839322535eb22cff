package dev.troupe.sql.copy;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.format.Utf8;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** COPY's text format: a line a row, tabs between fields, backslashes before what is special. */
public final class TextCopyReader implements CopyReader {
  private static final int LINE_BYTES_MAX = 1 << 30;

  private final CopyInput in;
  private final CopyOptions options;
  private final int columns;
  private final byte[] nullBytes;
  private long line;
  private boolean headerSeen;

  public TextCopyReader(Supplier<byte @Nullable []> source, CopyOptions options, int columns) {
    this.in = new CopyInput(source);
    this.options = options;
    this.columns = columns;
    this.nullBytes = options.nullText().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public @Nullable String @Nullable [] next() {
    if (options.header() && !headerSeen) {
      headerSeen = true;
      line();
      if (skipLine() < 0) {
        return null;
      }
    }
    int length = lineLength();
    if (length < 0) {
      return null;
    }
    line++;
    byte[] bytes = in.buffer();
    int start = in.position();
    if (length == 2 && bytes[start] == '\\' && bytes[start + 1] == '.') {
      return null;
    }
    @Nullable String[] fields = fields(bytes, start, start + length);
    in.skip(length);
    skipEnd();
    return fields;
  }

  private int skipLine() {
    int length = lineLength();
    if (length >= 0) {
      line++;
      in.skip(length);
      skipEnd();
    }
    return length;
  }

  @Override
  public long line() {
    return line;
  }

  /** Bytes up to the end of the line; -1 when there is no other line. */
  private int lineLength() {
    int length = 0;
    int next = in.peek(0);
    if (next < 0) {
      return -1;
    }
    while (next >= 0 && next != '\n' && next != '\r') {
      length += next == '\\' && in.peek(length + 1) >= 0 ? 2 : 1;
      if (length > LINE_BYTES_MAX) {
        throw new SqlException(SqlState.PROGRAM_LIMIT_EXCEEDED, "a line of COPY data is too long");
      }
      next = in.peek(length);
    }
    return length;
  }

  private void skipEnd() {
    if (in.peek(0) == '\r') {
      in.skip(1);
    }
    if (in.peek(0) == '\n') {
      in.skip(1);
    }
  }

  private @Nullable String[] fields(byte[] bytes, int start, int end) {
    var fields = new @Nullable String[columns];
    int field = 0;
    int from = start;
    int at = start;
    boolean escaped = false;
    while (true) {
      if (at == end || bytes[at] == options.delimiter()) {
        if (field == columns) {
          throw new SqlException(
              SqlState.BAD_COPY_FILE_FORMAT, "extra data after last expected column");
        }
        fields[field++] = field(bytes, from, at, escaped);
        if (at == end) {
          break;
        }
        from = at + 1;
        escaped = false;
        at++;
      } else if (bytes[at] == '\\') {
        escaped = true;
        at = Math.min(at + 2, end);
      } else {
        at++;
      }
    }
    if (field < columns && !(columns == 0 && start == end)) {
      throw new MissingData(field).toException();
    }
    return fields;
  }

  /** The row has no value for this column. */
  private record MissingData(int column) {
    SqlException toException() {
      return SqlException.of(
          SqlState.BAD_COPY_FILE_FORMAT, "missing data for column %d", column + 1);
    }
  }

  private @Nullable String field(byte[] bytes, int from, int to, boolean escaped) {
    if (Arrays.equals(bytes, from, to, nullBytes, 0, nullBytes.length)) {
      return null;
    }
    if (!escaped) {
      return Utf8.decode(bytes, from, to - from);
    }
    byte[] plain = unescaped(bytes, from, to);
    return Utf8.decode(plain, 0, plain.length);
  }

  private static byte[] unescaped(byte[] bytes, int from, int to) {
    var out = new ByteArrayOutputStream(to - from);
    int at = from;
    while (at < to) {
      byte b = bytes[at++];
      if (b != '\\' || at == to) {
        out.write(b);
        continue;
      }
      byte c = bytes[at++];
      switch (c) {
        case 'b' -> out.write('\b');
        case 'f' -> out.write('\f');
        case 'n' -> out.write('\n');
        case 'r' -> out.write('\r');
        case 't' -> out.write('\t');
        case 'v' -> out.write(0x0b);
        case '0', '1', '2', '3', '4', '5', '6', '7' -> {
          int value = c - '0';
          for (int i = 0; i < 2 && at < to && bytes[at] >= '0' && bytes[at] <= '7'; i++) {
            value = value * 8 + bytes[at++] - '0';
          }
          out.write(value);
        }
        case 'x' -> {
          int value = 0;
          int digits = 0;
          while (digits < 2 && at < to && Character.digit(bytes[at], 16) >= 0) {
            value = value * 16 + Character.digit(bytes[at++], 16);
            digits++;
          }
          out.write(digits == 0 ? 'x' : value);
        }
        default -> out.write(c);
      }
    }
    return out.toByteArray();
  }
}
