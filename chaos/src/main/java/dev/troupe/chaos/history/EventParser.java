package dev.troupe.chaos.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a line into an event, token by token. Equal keys become one object. One thread. */
final class EventParser {
  /** The line is not an event; the message says why. */
  static final class NoEventException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    NoEventException(String message) {
      super(message);
    }
  }

  private final JsonFactory factory;
  private final Map<Key, Key> keys = new HashMap<>();
  private long[] buffer = new long[64];

  EventParser(JsonFactory factory) {
    this.factory = factory;
  }

  HistoryEvent parse(byte[] bytes, int length) throws IOException, NoEventException {
    try (JsonParser json = factory.createParser(bytes, 0, length)) {
      HistoryEvent event = parse(json);
      if (json.nextToken() != null) {
        throw new NoEventException("there is something after the event");
      }
      return event;
    } catch (JsonProcessingException e) {
      throw new NoEventException("not JSON: " + e.getOriginalMessage());
    }
  }

  private HistoryEvent parse(JsonParser json) throws IOException, NoEventException {
    expect(json.nextToken() == JsonToken.START_OBJECT, "an event is an object");
    Integer process = null;
    HistoryEvent.Type type = null;
    Long time = null;
    String function = null;
    String error = null;
    List<MicroOp> value = List.of();
    for (String field; (field = json.nextFieldName()) != null; ) {
      json.nextToken();
      switch (field) {
        case "process" -> process = process(json);
        case "type" -> type = type(json);
        case "time" -> time = number(json, field);
        case "f" -> function = text(json);
        case "error" -> error = text(json);
        case "value" -> value = value(json);
        default -> json.skipChildren();
      }
    }
    if (process == null || type == null || time == null) {
      throw new NoEventException("an event has process, type and time");
    }
    return new HistoryEvent(process, type, time, function, value, error);
  }

  private static int process(JsonParser json) throws IOException, NoEventException {
    long number = number(json, "process");
    expect(number == (int) number, "process has 32 bits");
    return (int) number;
  }

  private static HistoryEvent.Type type(JsonParser json) throws IOException, NoEventException {
    String name = text(json);
    for (HistoryEvent.Type type : HistoryEvent.Type.values()) {
      if (type.text().equals(name)) {
        return type;
      }
    }
    throw new NoEventException("'" + name + "' is no type: invoke, ok, fail or info");
  }

  private List<MicroOp> value(JsonParser json) throws IOException, NoEventException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return List.of();
    }
    expect(json.currentToken() == JsonToken.START_ARRAY, "value is a list of steps");
    List<MicroOp> ops = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json.currentToken() == JsonToken.START_ARRAY, "a step is a list");
      json.nextToken();
      ops.add(op(json, text(json)));
      expect(json.nextToken() == JsonToken.END_ARRAY, "a step has more parts than it should");
    }
    return ops;
  }

  private MicroOp op(JsonParser json, @Nullable String name) throws IOException, NoEventException {
    return switch (name) {
      case "append" -> new MicroOp.Append(key(json), nextNumber(json));
      case "w" -> new MicroOp.Write(key(json), nextNumber(json));
      case "inc" -> new MicroOp.Increment(key(json), nextNumber(json));
      case "r" -> read(json, key(json));
      case "cas" -> compareAndSet(json, key(json));
      case "transfer" -> new MicroOp.Transfer(account(json), account(json), nextNumber(json));
      case "balances" -> balances(json);
      case null, default -> throw new NoEventException("'" + name + "' is no step");
    };
  }

  private MicroOp read(JsonParser json, Key key) throws IOException, NoEventException {
    return switch (json.nextToken()) {
      case VALUE_NULL -> new MicroOp.ReadNothing(key);
      case START_ARRAY -> new MicroOp.ReadList(key, values(json));
      case null, default -> new MicroOp.ReadValue(key, number(json, "what a read found"));
    };
  }

  private Values values(JsonParser json) throws IOException, NoEventException {
    int size = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (size == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * size);
      }
      buffer[size++] = number(json, "an element");
    }
    return Values.copyOf(buffer, size);
  }

  private static MicroOp compareAndSet(JsonParser json, Key key)
      throws IOException, NoEventException {
    expect(json.nextToken() == JsonToken.START_ARRAY, "cas takes [old, new]");
    boolean absent = json.nextToken() == JsonToken.VALUE_NULL;
    Long expected = absent ? null : (Long) number(json, "the old value");
    var cas = new MicroOp.CompareAndSet(key, expected, nextNumber(json));
    expect(json.nextToken() == JsonToken.END_ARRAY, "cas takes [old, new]");
    return cas;
  }

  private MicroOp balances(JsonParser json) throws IOException, NoEventException {
    if (json.nextToken() == JsonToken.VALUE_NULL) {
      return new MicroOp.Balances(null);
    }
    expect(json.currentToken() == JsonToken.START_OBJECT, "balances are an object or null");
    Map<Key, Long> accounts = new LinkedHashMap<>();
    for (String account; (account = json.nextFieldName()) != null; ) {
      json.nextToken();
      accounts.put(shared(Key.of(account)), number(json, "a balance"));
    }
    return new MicroOp.Balances(accounts);
  }

  private Key account(JsonParser json) throws IOException, NoEventException {
    return shared(Key.of(key(json).text()));
  }

  private Key key(JsonParser json) throws IOException, NoEventException {
    return switch (json.nextToken()) {
      case VALUE_STRING -> shared(Key.of(json.getText()));
      case VALUE_NUMBER_INT -> shared(Key.of(number(json, "a key")));
      case null, default -> throw new NoEventException("a key is a whole number or a text");
    };
  }

  private Key shared(Key key) {
    Key known = keys.putIfAbsent(key, key);
    return known == null ? key : known;
  }

  private static long nextNumber(JsonParser json) throws IOException, NoEventException {
    json.nextToken();
    return number(json, "a value");
  }

  private static long number(JsonParser json, String what) throws IOException, NoEventException {
    expect(json.currentToken() == JsonToken.VALUE_NUMBER_INT, what + " must be a whole number");
    return json.getLongValue();
  }

  private static @Nullable String text(JsonParser json) throws IOException, NoEventException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    expect(json.currentToken() == JsonToken.VALUE_STRING, "expected a text");
    return json.getText();
  }

  private static void expect(boolean condition, String otherwise) throws NoEventException {
    if (!condition) {
      throw new NoEventException(otherwise);
    }
  }
}
