package dev.troupe.sql.session;

import dev.troupe.protocol.model.PlaceRule;
import dev.troupe.protocol.model.ZoneRules;
import dev.troupe.protocol.model.ZoneSettings;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Option;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The options of CONFIGURE ZONE, as they are written and shown. */
final class ZoneText {
  private static final String REPLICAS = "num_replicas";
  private static final String CONSTRAINTS = "constraints";
  private static final String PREFERENCES = "lease_preferences";

  private ZoneText() {}

  /**
   * Reads options.
   *
   * @throws SqlException with the position of the option that is wrong
   */
  static ZoneRules rules(List<Option> options) {
    Integer replicas = null;
    List<PlaceRule> constraints = null;
    List<List<PlaceRule>> preferences = null;
    var seen = new HashSet<String>();
    for (Option option : options) {
      if (!seen.add(option.name())) {
        throw SqlException.of(
                SqlState.SYNTAX_ERROR, "option \"%s\" is given more than once", option.name())
            .at(option.position());
      }
      String value = option.value() == null ? "" : option.value();
      try {
        switch (option.name()) {
          case REPLICAS -> replicas = number(value);
          case CONSTRAINTS -> constraints = new Reader(value).rules();
          case PREFERENCES -> preferences = new Reader(value).lists();
          default -> throw unknown(option);
        }
        // Each by itself, so that an error is told where it is.
        new ZoneRules(replicas, constraints, preferences);
      } catch (IllegalArgumentException e) {
        throw SqlException.of(
                SqlState.INVALID_PARAMETER_VALUE,
                "invalid value for option \"%s\": %s",
                option.name(),
                String.valueOf(e.getMessage()))
            .at(option.position());
      }
    }
    return new ZoneRules(replicas, constraints, preferences);
  }

  private static SqlException unknown(Option option) {
    return SqlException.of(
            SqlState.INVALID_PARAMETER_VALUE, "unrecognized zone option \"%s\"", option.name())
        .at(option.position())
        .withHint("There are " + REPLICAS + ", " + CONSTRAINTS + " and " + PREFERENCES + ".");
  }

  private static int number(String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + value + "' is not a number of replicas", e);
    }
  }

  /** Lists in brackets: {@code [+region=eu, -zone=b]}, {@code [[+zone=a], [+zone=b]]}. */
  private static final class Reader {
    private final String text;
    private int position;

    Reader(String text) {
      this.text = text;
    }

    List<PlaceRule> rules() {
      List<PlaceRule> rules = ruleList();
      end();
      return rules;
    }

    List<List<PlaceRule>> lists() {
      var lists = new ArrayList<List<PlaceRule>>();
      expect('[');
      while (!accept(']')) {
        if (!lists.isEmpty()) {
          expect(',');
        }
        lists.add(ruleList());
      }
      end();
      return lists;
    }

    private List<PlaceRule> ruleList() {
      var rules = new ArrayList<PlaceRule>();
      expect('[');
      while (!accept(']')) {
        if (!rules.isEmpty()) {
          expect(',');
        }
        int from = position;
        while (position < text.length() && "[],".indexOf(text.charAt(position)) < 0) {
          position++;
        }
        rules.add(PlaceRule.parse(text.substring(from, position)));
      }
      return rules;
    }

    private boolean accept(char wanted) {
      while (position < text.length() && text.charAt(position) == ' ') {
        position++;
      }
      if (position < text.length() && text.charAt(position) == wanted) {
        position++;
        return true;
      }
      return false;
    }

    private void expect(char wanted) {
      if (!accept(wanted)) {
        throw new IllegalArgumentException(
            "'" + text + "' is not a list such as [+region=eu, -zone=b]");
      }
    }

    private void end() {
      if (position < text.length() && !text.substring(position).isBlank()) {
        throw new IllegalArgumentException("'" + text + "' goes on behind the end of its list");
      }
    }
  }

  /** The statement that says this. */
  static String statement(String target, ZoneSettings settings) {
    return statement(
        target,
        new ZoneRules(settings.replicas(), settings.constraints(), settings.leaderPreferences()));
  }

  static String statement(String target, ZoneRules rules) {
    var options = new ArrayList<String>();
    Integer replicas = rules.replicas();
    if (replicas != null) {
      options.add(REPLICAS + " = " + replicas);
    }
    addList(options, CONSTRAINTS, rules.constraints());
    List<List<PlaceRule>> preferences = rules.leaderPreferences();
    addList(
        options,
        PREFERENCES,
        preferences == null ? null : preferences.stream().map(ZoneText::list).toList());
    return "ALTER " + target + " CONFIGURE ZONE USING\n\t" + String.join(",\n\t", options);
  }

  private static void addList(List<String> options, String name, @Nullable List<?> list) {
    if (list != null) {
      options.add(name + " = '" + list(list) + "'");
    }
  }

  private static String list(List<?> list) {
    return list.stream().map(Object::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
