package dev.troupe.sql.copy;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.format.Utf8;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** COPY's CSV format: quoted fields may hold delimiters and ends of lines. */
public final class CsvCopyReader implements CopyReader {
  private final CopyInput in;
  private final CopyOptions options;
  private final List<String> columns;
  private final ByteArrayOutputStream field = new ByteArrayOutputStream();
  private boolean quoted;
  private long line;
  private boolean headerSeen;

  /**
   * @param columns their names, in order
   */
  public CsvCopyReader(
      Supplier<byte @Nullable []> source, CopyOptions options, List<String> columns) {
    this.in = new CopyInput(source);
    this.options = options;
    this.columns = List.copyOf(columns);
  }

  @Override
  public @Nullable String @Nullable [] next() {
    if (options.header() && !headerSeen) {
      headerSeen = true;
      if (in.peek(0) < 0) {
        return null;
      }
      do {
        nextField();
      } while (!atLineEnd());
      skipEnd();
    }
    if (in.peek(0) < 0 || isEndMark()) {
      return null;
    }
    line++;
    return row();
  }

  private @Nullable String[] row() {
    var fields = new @Nullable String[columns.size()];
    int count = 0;
    do {
      nextField();
      if (count == fields.length) {
        throw new SqlException(
            SqlState.BAD_COPY_FILE_FORMAT, "extra data after last expected column");
      }
      fields[count] = value(count);
      count++;
    } while (!atLineEnd());
    skipEnd();
    if (count < fields.length) {
      throw SqlException.of(
          SqlState.BAD_COPY_FILE_FORMAT, "missing data for column \"%s\"", columns.get(count));
    }
    return fields;
  }

  private boolean isEndMark() {
    int after = in.peek(0) == '\\' && in.peek(1) == '.' ? in.peek(2) : 0;
    return after < 0 || after == '\n' || after == '\r';
  }

  @Override
  public long line() {
    return line;
  }

  private @Nullable String value(int column) {
    byte[] bytes = field.toByteArray();
    String text = Utf8.decode(bytes, 0, bytes.length);
    String name = columns.get(column);
    boolean mayBeNull =
        quoted ? options.forceNull().contains(name) : !options.forceNotNull().contains(name);
    return mayBeNull && text.equals(options.nullText()) ? null : text;
  }

  private boolean atLineEnd() {
    int next = in.peek(0);
    if (next == options.delimiter()) {
      in.skip(1);
      return false;
    }
    return true;
  }

  private void skipEnd() {
    if (in.peek(0) == '\r') {
      in.skip(1);
    }
    if (in.peek(0) == '\n') {
      in.skip(1);
    }
  }

  /** Reads up to a delimiter or the end of the line, which stay. */
  private void nextField() {
    field.reset();
    quoted = false;
    boolean inside = false;
    while (true) {
      int next = in.peek(0);
      if (next < 0) {
        if (inside) {
          throw new SqlException(SqlState.BAD_COPY_FILE_FORMAT, "unterminated CSV quoted field");
        }
        return;
      }
      if (inside) {
        inside = insideQuotes(next);
      } else if (next == options.quote()) {
        inside = true;
        quoted = true;
        in.skip(1);
      } else if (next == options.delimiter() || next == '\n' || next == '\r') {
        return;
      } else {
        field.write(next);
        in.skip(1);
      }
    }
  }

  /** Takes one byte between quotes, or two when one is escaped; false at the closing quote. */
  private boolean insideQuotes(int next) {
    int after = in.peek(1);
    if (next == options.escape() && (after == options.quote() || after == options.escape())) {
      field.write(after);
      in.skip(2);
      return true;
    }
    in.skip(1);
    if (next == options.quote()) {
      return false;
    }
    if (next == '\n') {
      line++;
    }
    field.write(next);
    return true;
  }
}
