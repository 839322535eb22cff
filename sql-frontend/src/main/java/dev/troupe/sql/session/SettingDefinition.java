package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A setting that SET, SHOW and {@code pg_settings} know.
 *
 * @param name with the capitals by which it is shown
 * @param kind what its values look like
 * @param initial value of a new session
 * @param description one line
 * @param allowed words that it takes; empty: whatever its kind allows
 * @param unit of a number without one: {@code ms}, {@code kB} or null
 * @param reported whether clients are told of changes
 * @param fixed whether it cannot be changed
 */
public record SettingDefinition(
    String name,
    Kind kind,
    String initial,
    String description,
    List<String> allowed,
    @Nullable String unit,
    boolean reported,
    boolean fixed) {
  /** What values look like. */
  public enum Kind {
    BOOL,
    INTEGER,
    REAL,
    STRING,
    ENUM
  }

  /** By which it is looked up. */
  public String key() {
    return name.toLowerCase(Locale.ROOT);
  }

  /**
   * Brings a value into the form in which it is kept and shown.
   *
   * @throws SqlException when it is none
   */
  String normalize(String value) {
    return switch (kind) {
      case BOOL -> bool(value);
      case INTEGER -> integer(value);
      case REAL -> real(value);
      case ENUM -> word(value);
      case STRING -> value;
    };
  }

  private String bool(String value) {
    Boolean truth = truth(value);
    if (truth == null) {
      throw SqlException.of(
          SqlState.INVALID_PARAMETER_VALUE, "parameter \"%s\" requires a Boolean value", name);
    }
    return truth ? "on" : "off";
  }

  /** Any unambiguous beginning of the usual words; null for everything else. */
  static @Nullable Boolean truth(String value) {
    String word = value.strip().toLowerCase(Locale.ROOT);
    if (word.isEmpty()) {
      return null;
    }
    if ("true".startsWith(word)
        || "yes".startsWith(word)
        || word.equals("on")
        || word.equals("1")) {
      return true;
    }
    if ("false".startsWith(word)
        || "no".startsWith(word)
        || ("off".startsWith(word) && word.length() > 1)
        || word.equals("0")) {
      return false;
    }
    return null;
  }

  private String integer(String value) {
    String text = value.strip();
    int digits = 0;
    while (digits < text.length()
        && (Character.isDigit(text.charAt(digits)) || (digits == 0 && text.charAt(0) == '-'))) {
      digits++;
    }
    String suffix = text.substring(digits).strip();
    try {
      long number = Long.parseLong(text.substring(0, digits));
      Long factor = suffix.isEmpty() ? Long.valueOf(1) : Units.factor(suffix, unit);
      if (factor != null) {
        return Long.toString(Math.multiplyExact(number, factor));
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw invalid(value);
    }
    throw invalid(value);
  }

  private String real(String value) {
    try {
      Double.parseDouble(value.strip());
      return value.strip();
    } catch (NumberFormatException e) {
      throw invalid(value);
    }
  }

  private String word(String value) {
    for (String word : allowed) {
      if (word.equalsIgnoreCase(value.strip())) {
        return word;
      }
    }
    throw invalid(value).withHint("Available values: " + String.join(", ", allowed) + ".");
  }

  private SqlException invalid(String value) {
    return SqlException.of(
        SqlState.INVALID_PARAMETER_VALUE,
        "invalid value for parameter \"%s\": \"%s\"",
        name,
        value);
  }

  /** As SHOW shows a value: numbers of milliseconds with the largest unit that fits. */
  String shown(String value) {
    return kind == Kind.INTEGER && Objects.equals(unit, "ms") ? Units.ofMillis(value) : value;
  }
}
