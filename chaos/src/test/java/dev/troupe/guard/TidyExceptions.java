package dev.troupe.guard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The places that may break a rule of {@link TidyTest}, from the file {@code tidy-exceptions.txt}.
 * It works as a ratchet: an exception that nothing needs any more has to be removed.
 */
final class TidyExceptions {
  private static final String FILE = "chaos/src/test/resources/tidy-exceptions.txt";

  private final Map<String, String> reasonOfPlace = new LinkedHashMap<>();

  private TidyExceptions() {}

  static TidyExceptions read() {
    TidyExceptions exceptions = new TidyExceptions();
    for (String line : Repository.read(Repository.root().resolve(FILE)).lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.strip().split("\\s+", 3);
      if (parts.length < 3) {
        throw new IllegalStateException(
            "%s: '%s' is not 'rule place reason': every exception needs a reason"
                .formatted(FILE, line));
      }
      exceptions.reasonOfPlace.put(parts[0] + " " + parts[1], parts[2]);
    }
    return exceptions;
  }

  /**
   * What is wrong once the exceptions are taken into account: violations without an exception, and
   * exceptions of this rule without a violation.
   *
   * @param violations message by place
   */
  List<String> check(String rule, Map<String, String> violations) {
    List<String> wrong = new ArrayList<>();
    violations.forEach(
        (place, message) -> {
          if (!reasonOfPlace.containsKey(rule + " " + place)) {
            wrong.add(message);
          }
        });
    for (String exception : reasonOfPlace.keySet()) {
      if (exception.startsWith(rule + " ")
          && !violations.containsKey(exception.substring(rule.length() + 1))) {
        wrong.add(exception + " is not needed any more: remove it from " + FILE);
      }
    }
    return wrong;
  }
}
