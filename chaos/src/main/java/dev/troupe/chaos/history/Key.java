package dev.troupe.chaos.history;

/**
 * What an operation names: a number or a text. The number 1 and the text "1" are different keys.
 *
 * @param text how it is written
 * @param number whether it stands without quotes
 */
public record Key(String text, boolean number) {
  public static Key of(long number) {
    return new Key(Long.toString(number), true);
  }

  public static Key of(String text) {
    return new Key(text, false);
  }

  @Override
  public String toString() {
    return text;
  }
}
