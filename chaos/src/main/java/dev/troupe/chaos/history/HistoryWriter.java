package dev.troupe.chaos.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes events as JSON lines. One thread; closing it closes the stream. */
public final class HistoryWriter implements AutoCloseable {
  private final JsonGenerator json;

  public HistoryWriter(OutputStream out) throws IOException {
    json = new JsonFactory().createGenerator(out);
    json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
  }

  public void write(HistoryEvent event) throws IOException {
    json.writeStartObject();
    json.writeNumberField("process", event.process());
    json.writeStringField("type", event.type().text());
    json.writeNumberField("time", event.time());
    if (event.function() != null) {
      json.writeStringField("f", event.function());
    }
    json.writeArrayFieldStart("value");
    for (MicroOp op : event.value()) {
      json.writeStartArray();
      write(op);
      json.writeEndArray();
    }
    json.writeEndArray();
    if (event.error() != null) {
      json.writeStringField("error", event.error());
    }
    json.writeEndObject();
  }

  private void write(MicroOp op) throws IOException {
    switch (op) {
      case MicroOp.Append(Key key, long value) -> write("append", key, value);
      case MicroOp.Write(Key key, long value) -> write("w", key, value);
      case MicroOp.Increment(Key key, long amount) -> write("inc", key, amount);
      case MicroOp.ReadValue(Key key, long value) -> write("r", key, value);
      case MicroOp.ReadNothing(Key key) -> {
        name("r", key);
        json.writeNull();
      }
      case MicroOp.ReadList(Key key, Values values) -> {
        name("r", key);
        json.writeStartArray();
        for (int i = 0; i < values.size(); i++) {
          json.writeNumber(values.get(i));
        }
        json.writeEndArray();
      }
      case MicroOp.CompareAndSet cas -> {
        name("cas", cas.key());
        json.writeStartArray();
        writeNumberOrNull(cas.expected());
        json.writeNumber(cas.value());
        json.writeEndArray();
      }
      case MicroOp.Transfer(Key from, Key to, long amount) -> {
        name("transfer", from);
        write(to);
        json.writeNumber(amount);
      }
      case MicroOp.Balances balances -> writeBalances(balances.accounts());
    }
  }

  private void writeBalances(@Nullable Map<Key, Long> accounts) throws IOException {
    json.writeString("balances");
    if (accounts == null) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    for (var account : accounts.entrySet()) {
      json.writeNumberField(account.getKey().text(), account.getValue());
    }
    json.writeEndObject();
  }

  private void write(String name, Key key, long value) throws IOException {
    name(name, key);
    json.writeNumber(value);
  }

  private void name(String name, Key key) throws IOException {
    json.writeString(name);
    write(key);
  }

  private void write(Key key) throws IOException {
    if (key.number()) {
      json.writeNumber(key.text());
    } else {
      json.writeString(key.text());
    }
  }

  private void writeNumberOrNull(@Nullable Long number) throws IOException {
    if (number == null) {
      json.writeNull();
    } else {
      json.writeNumber(number);
    }
  }

  @Override
  public void close() throws IOException {
    json.writeRaw('\n');
    json.close();
  }
}
