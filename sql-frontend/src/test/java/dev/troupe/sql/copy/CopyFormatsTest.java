package dev.troupe.sql.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.syntax.ast.Option;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Data of COPY, taken apart and put together; cut at every place. */
class CopyFormatsTest {
  private static final CopyOptions TEXT = CopyOptions.of(List.of());
  private static final CopyOptions CSV =
      CopyOptions.of(List.of(new Option("format", List.of("csv"), 0)));

  private static Supplier<byte @Nullable []> pieces(String data, int size) {
    byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
    var pieces = new ArrayList<byte[]>();
    for (int at = 0; at < bytes.length; at += size) {
      pieces.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
    }
    Iterator<byte[]> each = pieces.iterator();
    return () -> each.hasNext() ? each.next() : null;
  }

  private static List<List<@Nullable String>> read(CopyReader reader) {
    var rows = new ArrayList<List<@Nullable String>>();
    for (@Nullable String[] row = reader.next(); row != null; row = reader.next()) {
      rows.add(Arrays.asList(row));
    }
    return rows;
  }

  @Test
  void shouldReadTextWhereverItIsCut() {
    String data = "1\tone\\ttab\\n\\\\\n2\t\\N\r\n3\tä\\x41\\101\\q\n\\.\nrest";
    for (int size = 1; size < data.length(); size++) {
      assertThat(read(new TextCopyReader(pieces(data, size), TEXT, 2)))
          .containsExactly(
              Arrays.asList("1", "one\ttab\n\\"),
              Arrays.asList("2", null),
              Arrays.asList("3", "äAAq"));
    }
  }

  @Test
  void shouldReadCsvWhereverItIsCut() {
    String data = "1,\"a \"\"b\"\",\nc\",\n2,,\"\"\n3,x,y\r\n";
    for (int size = 1; size < data.length(); size++) {
      assertThat(read(new CsvCopyReader(pieces(data, size), CSV, List.of("a", "b", "c"))))
          .containsExactly(
              Arrays.asList("1", "a \"b\",\nc", null),
              Arrays.asList("2", null, ""),
              Arrays.asList("3", "x", "y"));
    }
  }

  @Test
  void shouldReadBackWhatItWrites() {
    var random = new Random(3);
    String letters = "ab,\"\\\t\n\r\b\u000bäN.";
    for (CopyOptions options : List.of(TEXT, CSV)) {
      var rows = new ArrayList<List<@Nullable String>>();
      var data = new StringBuilder();
      var writer = new CopyWriter(options, List.of("a", "b"));
      for (int i = 0; i < 2000; i++) {
        var row = new @Nullable String[2];
        for (int field = 0; field < 2; field++) {
          var text = new StringBuilder();
          for (int length = random.nextInt(6); length > 0; length--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
          }
          row[field] = random.nextInt(8) == 0 ? null : text.toString();
        }
        rows.add(Arrays.asList(row));
        data.append(writer.row(row));
      }
      Supplier<byte @Nullable []> source = pieces(data.toString(), 37);
      CopyReader reader =
          options == TEXT
              ? new TextCopyReader(source, TEXT, 2)
              : new CsvCopyReader(source, CSV, List.of("a", "b"));
      assertThat(read(reader)).isEqualTo(rows);
    }
  }

  @Test
  void shouldRefuseRowsOfAnotherNumberOfFields() {
    assertThatThrownBy(() -> read(new TextCopyReader(pieces("1\n", 9), TEXT, 2)))
        .isInstanceOf(SqlException.class)
        .hasMessageContaining("missing data");
    assertThatThrownBy(() -> read(new TextCopyReader(pieces("1\t2\t3\n", 9), TEXT, 2)))
        .isInstanceOf(SqlException.class)
        .hasMessageContaining("extra data after last expected column");
    assertThatThrownBy(() -> read(new CsvCopyReader(pieces("1,\"2\n", 9), CSV, List.of("a", "b"))))
        .isInstanceOf(SqlException.class)
        .hasMessageContaining("unterminated CSV quoted field");
  }
}
