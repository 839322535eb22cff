package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What sessions begin with: settings of the role, and those that clients give to connect. */
final class StartupSettings {
  private static final Logger LOG = LoggerFactory.getLogger(StartupSettings.class);
  private static final Set<String> NO_SETTINGS = Set.of("user", "database", "replication");

  private StartupSettings() {}

  /** Those of ALTER ROLE SET, each {@code name=value}; one that makes no sense keeps nobody out. */
  static void ofRole(List<String> assignments, Settings settings) {
    for (String assignment : assignments) {
      try {
        assign(assignment, settings);
      } catch (SqlException e) {
        LOG.warn("a setting of a role has no effect: {}", e.getMessage());
      }
    }
  }

  static void apply(Map<String, String> parameters, Settings settings) {
    parameters.forEach(
        (name, value) -> {
          if (name.equals("options")) {
            options(value, settings);
          } else if (!NO_SETTINGS.contains(name)) {
            settings.given(name, value);
          }
        });
  }

  /** {@code -c name=value} and {@code --name=value}. */
  private static void options(String text, Settings settings) {
    List<String> words = words(text);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("-c") && i + 1 < words.size()) {
        assign(words.get(++i), settings);
      } else if (word.startsWith("-c")) {
        assign(word.substring(2), settings);
      } else if (word.startsWith("--")) {
        assign(word.substring(2), settings);
      }
    }
  }

  private static void assign(String word, Settings settings) {
    int equals = word.indexOf('=');
    if (equals > 0) {
      settings.given(word.substring(0, equals).replace('-', '_'), word.substring(equals + 1));
    }
  }

  /** Splits at blanks that have no backslash before them. */
  private static List<String> words(String text) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        word.append(text.charAt(++i));
      } else if (!Character.isWhitespace(c)) {
        word.append(c);
      } else if (!word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }
}
