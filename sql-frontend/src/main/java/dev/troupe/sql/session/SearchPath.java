package dev.troupe.sql.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The setting search_path, taken apart when it has changed. Owned by the session's thread. */
final class SearchPath {
  private final Settings settings;
  private final SessionRoles roles;
  private long seen = -1;
  private String text = "";
  private String textUser = "";
  private List<String> names = List.of();

  SearchPath(Settings settings, SessionRoles roles) {
    this.settings = settings;
    this.roles = roles;
  }

  SessionRoles roles() {
    return roles;
  }

  /** Names of schemas, whether they exist or not. */
  List<String> names() {
    if (seen != settings.changes()) {
      seen = settings.changes();
      String now = settings.get("search_path");
      String user = roles.current();
      if (!now.equals(text) || !user.equals(textUser)) {
        text = now;
        textUser = user;
        names = parse(now, user);
      }
    }
    return names;
  }

  private static List<String> parse(String path, String user) {
    var parsed = new ArrayList<String>();
    for (String part : NameList.split(path)) {
      parsed.add(part.equals("$user") ? user : part);
    }
    return List.copyOf(parsed);
  }

  /** Lists of names as settings have them. */
  static final class NameList {
    private NameList() {}

    /** Splits at commas; takes quotes away and folds what has none. */
    static List<String> split(String text) {
      var names = new ArrayList<String>();
      int at = 0;
      while (at < text.length()) {
        var name = new StringBuilder();
        boolean quoted = false;
        boolean inside = false;
        while (at < text.length() && (inside || text.charAt(at) != ',')) {
          char c = text.charAt(at++);
          if (c == '"') {
            if (inside && at < text.length() && text.charAt(at) == '"') {
              name.append('"');
              at++;
            } else {
              inside = !inside;
              quoted = true;
            }
          } else if (inside || !Character.isWhitespace(c)) {
            name.append(inside ? c : Character.toLowerCase(c));
          }
        }
        at++;
        String word = name.toString();
        if (quoted || !word.isEmpty()) {
          names.add(quoted ? word : word.toLowerCase(Locale.ROOT));
        }
      }
      return names;
    }
  }
}
