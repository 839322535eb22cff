package dev.troupe.node.sqlshell;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Oid;

/** Rows as a JSON array of objects, a line for each. */
final class JsonRows {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().configure(StreamWriteFeature.AUTO_CLOSE_TARGET, false).build();

  /** As JSON writes numbers: not NaN and the like, which become texts. */
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?");

  private JsonRows() {}

  static void write(PrintWriter out, Answer.Rows result) {
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartArray();
      for (List<@Nullable String> row : result.rows()) {
        json.writeRaw('\n');
        json.writeStartObject();
        for (int i = 0; i < row.size(); i++) {
          ResultColumn column = result.columns().get(i);
          json.writeFieldName(column.name());
          value(json, column, row.get(i));
        }
        json.writeEndObject();
      }
      json.writeRaw('\n');
      json.writeEndArray();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void value(JsonGenerator json, ResultColumn column, @Nullable String value)
      throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (column.type() == Oid.BOOL) {
      json.writeBoolean(value.equals("t"));
    } else if (column.type() == Oid.JSON || column.type() == Oid.JSONB) {
      json.writeRawValue(value);
    } else if (column.numeric() && NUMBER.matcher(value).matches()) {
      json.writeNumber(value);
    } else {
      json.writeString(value);
    }
  }
}
