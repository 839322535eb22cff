package dev.troupe.sql.type;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Types as tests write them, for example numeric(10,2)[] or interval day to second. */
public final class TypeTexts {
  private static final Pattern TYPE =
      Pattern.compile("(\"?)([a-z0-9 ]+?)\"?(?:\\(([-0-9,]+)\\))?((?:\\[\\])*)");
  private static final Pattern FIELDS =
      Pattern.compile("interval (\\w+)(?: to (\\w+))?(?:\\((\\d)\\))?");

  private TypeTexts() {}

  /** The type of a name. */
  public static SqlType parse(String text) {
    Matcher fields = FIELDS.matcher(text);
    if (fields.matches()) {
      return interval(fields);
    }
    Matcher matcher = TYPE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    List<Integer> modifiers = new ArrayList<>();
    if (matcher.group(2).equals("interval") && matcher.group(3) != null) {
      modifiers.add(TypeModifiers.ALL_FIELDS);
    }
    if (matcher.group(3) != null) {
      for (String number : matcher.group(3).split(",", -1)) {
        modifiers.add(Integer.parseInt(number));
      }
    }
    boolean quoted = matcher.group(1).equals("\"");
    int dimensions = matcher.group(4).length() / 2;
    return Objects.requireNonNull(
        TypeNames.resolve(matcher.group(2), quoted, modifiers, dimensions), text);
  }

  private static SqlType interval(Matcher fields) {
    List<TypeModifiers.IntervalField> all =
        List.of(
            TypeModifiers.IntervalField.YEAR,
            TypeModifiers.IntervalField.MONTH,
            TypeModifiers.IntervalField.DAY,
            TypeModifiers.IntervalField.HOUR,
            TypeModifiers.IntervalField.MINUTE,
            TypeModifiers.IntervalField.SECOND);
    int first = all.indexOf(field(fields.group(1)));
    int last = fields.group(2) == null ? first : all.indexOf(field(fields.group(2)));
    int mask = 0;
    for (int i = first; i <= last; i++) {
      mask |= all.get(i).bit();
    }
    List<Integer> modifiers = new ArrayList<>(List.of(mask));
    if (fields.group(3) != null) {
      modifiers.add(Integer.parseInt(fields.group(3)));
    }
    return Objects.requireNonNull(TypeNames.resolve("interval", false, modifiers, 0));
  }

  private static TypeModifiers.IntervalField field(String name) {
    return TypeModifiers.IntervalField.valueOf(name.toUpperCase(java.util.Locale.ROOT));
  }
}
