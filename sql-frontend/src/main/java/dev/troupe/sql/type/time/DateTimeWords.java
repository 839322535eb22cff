package dev.troupe.sql.type.time;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Words in dates and times. */
final class DateTimeWords {
  /** What a word is for. */
  enum Role {
    MONTH,
    WEEKDAY,
    AM_PM,
    ERA,
    SPECIAL,
    ISO_TIME,
    JULIAN,
    NOISE
  }

  /** Meaning of a word, with the month's number where it is one, 1 for PM and BC. */
  record Word(Role role, int value) {}

  private static final Map<String, Word> WORDS = new HashMap<>();

  static {
    List<String> months =
        List.of(
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december");
    for (int m = 0; m < months.size(); m++) {
      Word word = new Word(Role.MONTH, m + 1);
      WORDS.put(months.get(m), word);
      WORDS.put(months.get(m).substring(0, 3), word);
    }
    WORDS.put("sept", new Word(Role.MONTH, 9));
    for (String day :
        List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")) {
      WORDS.put(day, new Word(Role.WEEKDAY, 0));
      WORDS.put(day.substring(0, 3), new Word(Role.WEEKDAY, 0));
    }
    for (String day : List.of("tues", "weds", "thur", "thurs")) {
      WORDS.put(day, new Word(Role.WEEKDAY, 0));
    }
    WORDS.put("am", new Word(Role.AM_PM, 0));
    WORDS.put("pm", new Word(Role.AM_PM, 1));
    WORDS.put("ad", new Word(Role.ERA, 0));
    WORDS.put("bc", new Word(Role.ERA, 1));
    for (String special :
        List.of("now", "today", "tomorrow", "yesterday", "epoch", "infinity", "allballs")) {
      WORDS.put(special, new Word(Role.SPECIAL, 0));
    }
    WORDS.put("t", new Word(Role.ISO_TIME, 0));
    WORDS.put("j", new Word(Role.JULIAN, 0));
    WORDS.put("jd", new Word(Role.JULIAN, 0));
    WORDS.put("julian", new Word(Role.JULIAN, 0));
    WORDS.put("at", new Word(Role.NOISE, 0));
    WORDS.put("on", new Word(Role.NOISE, 0));
  }

  private DateTimeWords() {}

  static @Nullable Word find(String lower) {
    return WORDS.get(lower);
  }

  static boolean isKnown(String lower) {
    return WORDS.containsKey(lower);
  }
}
