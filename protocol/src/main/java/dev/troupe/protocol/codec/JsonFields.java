package dev.troupe.protocol.codec;

import dev.troupe.protocol.model.Key;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Writes one flat JSON object. Not thread-safe. */
public final class JsonFields {
  private final StringBuilder text = new StringBuilder("{");

  /** A string, or null. */
  public JsonFields put(String name, @Nullable String value) {
    name(name);
    if (value == null) {
      text.append("null");
    } else {
      quote(value);
    }
    return this;
  }

  public JsonFields put(String name, long value) {
    name(name);
    text.append(value);
    return this;
  }

  /** A number to a tenth; one that JSON has no word for becomes null. */
  public JsonFields put(String name, double value) {
    name(name);
    if (Double.isFinite(value)) {
      text.append(Math.round(value * 10) / 10.0);
    } else {
      text.append("null");
    }
    return this;
  }

  public JsonFields put(String name, boolean value) {
    name(name);
    text.append(value);
    return this;
  }

  /** A key as people read it. */
  public JsonFields put(String name, Key value) {
    return put(name, value.toString());
  }

  private void name(String name) {
    if (text.length() > 1) {
      text.append(',');
    }
    quote(name);
    text.append(':');
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < 0x20) {
        text.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  @Override
  public String toString() {
    return text + "}";
  }
}
