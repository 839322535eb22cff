package dev.troupe.sql.copy;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Option;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What COPY was told about the format.
 *
 * @param delimiter one byte
 * @param nullText what stands for NULL, in text and CSV
 * @param header whether the first line names the columns
 * @param forceQuote columns whose values are always quoted; a name {@code *} means all
 * @param forceNotNull columns in which nothing is NULL
 * @param forceNull columns in which NULL may be quoted
 */
public record CopyOptions(
    Format format,
    char delimiter,
    String nullText,
    boolean header,
    char quote,
    char escape,
    Set<String> forceQuote,
    Set<String> forceNotNull,
    Set<String> forceNull) {
  /** Formats of COPY. */
  public enum Format {
    TEXT,
    CSV,
    BINARY
  }

  public static CopyOptions of(List<Option> options) {
    var parsing = new Parsing();
    options.forEach(parsing::take);
    return parsing.options();
  }

  /** Collects options, whose defaults depend on the format. */
  private static final class Parsing {
    private Format format = Format.TEXT;
    private @Nullable String delimiter;
    private @Nullable String nullText;
    private boolean header;
    private @Nullable String quote;
    private @Nullable String escape;
    private final Set<String> forceQuote = new HashSet<>();
    private final Set<String> forceNotNull = new HashSet<>();
    private final Set<String> forceNull = new HashSet<>();

    void take(Option option) {
      switch (option.name()) {
        case "format" -> format = format(option);
        case "delimiter" -> delimiter = text(option);
        case "null" -> nullText = text(option);
        case "header" -> header = isOn(option);
        case "quote" -> quote = text(option);
        case "escape" -> escape = text(option);
        case "force_quote", "force quote" -> forceQuote.addAll(option.values());
        case "force_not_null", "force not null" -> forceNotNull.addAll(option.values());
        case "force_null", "force null" -> forceNull.addAll(option.values());
        case "encoding" -> requireUtf8(option);
        case "freeze" -> isOn(option);
        default ->
            throw SqlException.of(
                    SqlState.SYNTAX_ERROR, "option \"%s\" not recognized", option.name())
                .at(option.position());
      }
    }

    CopyOptions options() {
      boolean csv = format == Format.CSV;
      String by = delimiter == null ? (csv ? "," : "\t") : delimiter;
      char delimiting = single(by, "COPY delimiter must be a single one-byte character");
      if (!csv && (quote != null || escape != null)) {
        throw new SqlException(
            SqlState.FEATURE_NOT_SUPPORTED,
            "COPY %s available only in CSV mode".formatted(quote != null ? "quote" : "escape"));
      }
      char quoting =
          single(quote == null ? "\"" : quote, "COPY quote must be a single one-byte character");
      char escaping =
          escape == null
              ? quoting
              : single(escape, "COPY escape must be a single one-byte character");
      if (csv && quoting == delimiting) {
        throw new SqlException(
            SqlState.INVALID_PARAMETER_VALUE, "COPY delimiter and quote must be different");
      }
      return new CopyOptions(
          format,
          delimiting,
          nullText == null ? (csv ? "" : "\\N") : nullText,
          header,
          quoting,
          escaping,
          Set.copyOf(forceQuote),
          Set.copyOf(forceNotNull),
          Set.copyOf(forceNull));
    }

    private static Format format(Option option) {
      return switch (text(option).toLowerCase(Locale.ROOT)) {
        case "text" -> Format.TEXT;
        case "csv" -> Format.CSV;
        case "binary" -> Format.BINARY;
        default ->
            throw SqlException.of(
                    SqlState.INVALID_PARAMETER_VALUE,
                    "COPY format \"%s\" not recognized",
                    text(option))
                .at(option.position());
      };
    }

    private static String text(Option option) {
      String value = option.value();
      if (value == null) {
        throw SqlException.of(SqlState.SYNTAX_ERROR, "%s requires a parameter", option.name())
            .at(option.position());
      }
      return value;
    }

    private static boolean isOn(Option option) {
      String value = option.value();
      if (value == null) {
        return true;
      }
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "true", "on", "1", "match" -> true;
        case "false", "off", "0" -> false;
        default ->
            throw SqlException.of(
                    SqlState.SYNTAX_ERROR, "%s requires a Boolean value", option.name())
                .at(option.position());
      };
    }

    private static void requireUtf8(Option option) {
      String name = text(option).toUpperCase(Locale.ROOT).replace("-", "");
      if (!name.equals("UTF8") && !name.equals("UNICODE") && !name.equals("SQL_ASCII")) {
        throw SqlException.of(
                SqlState.FEATURE_NOT_SUPPORTED, "encoding \"%s\" is not supported", text(option))
            .at(option.position());
      }
    }

    private static char single(String text, String complaint) {
      if (text.length() != 1 || text.charAt(0) >= 0x80) {
        throw new SqlException(SqlState.FEATURE_NOT_SUPPORTED, complaint);
      }
      return text.charAt(0);
    }
  }
}
