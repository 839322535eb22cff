package dev.troupe.node.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The same listings as JSON. */
final class JsonText {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .configure(com.fasterxml.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET, false)
          .build();

  private JsonText() {}

  static <T> void array(PrintWriter out, List<Column<T>> columns, List<T> rows) {
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartArray();
      for (T row : rows) {
        json.writeRaw('\n');
        object(json, columns, row);
      }
      json.writeRaw('\n');
      json.writeEndArray();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One object on a line of its own. */
  static <T> void line(PrintWriter out, List<Column<T>> columns, T row) {
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      object(json, columns, row);
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> void object(JsonGenerator json, List<Column<T>> columns, T row)
      throws IOException {
    json.writeStartObject();
    for (Column<T> column : columns) {
      json.writeFieldName(column.name());
      value(json, column.value().apply(row));
    }
    json.writeEndObject();
  }

  private static void value(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case Boolean flag -> json.writeBoolean(flag);
      case List<?> list -> {
        json.writeStartArray();
        for (Object item : list) {
          value(json, item);
        }
        json.writeEndArray();
      }
      default -> json.writeString(value.toString());
    }
  }
}
