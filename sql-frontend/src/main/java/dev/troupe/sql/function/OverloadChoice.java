package dev.troupe.sql.function;

import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeCategory;
import dev.troupe.sql.type.TypeId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among several candidates that the arguments could be cast to. The steps, and their order,
 * are those of PostgreSQL's documentation, chapters 10.2 and 10.3.
 */
final class OverloadChoice<F> {
  private final List<SqlType> arguments;
  private List<Candidate<F>> left;

  private OverloadChoice(List<Candidate<F>> candidates, List<SqlType> arguments) {
    this.left = candidates;
    this.arguments = arguments;
  }

  /**
   * @param candidates all of which take the arguments
   * @return null when none is better than the others
   */
  static <F> @Nullable Candidate<F> among(List<Candidate<F>> candidates, List<SqlType> arguments) {
    return new OverloadChoice<>(candidates, arguments).choose();
  }

  private @Nullable Candidate<F> choose() {
    keepBest(this::exactMatches);
    if (left.size() > 1) {
      keepBest(this::exactOrPreferredMatches);
    }
    boolean someUnknown = arguments.stream().anyMatch(OverloadChoice::isUnknown);
    if (left.size() > 1 && someUnknown) {
      keepByCategories();
    }
    if (left.size() > 1 && someUnknown) {
      keepThoseThatTakeTheKnownTypeEverywhere();
    }
    return left.size() == 1 ? left.getFirst() : null;
  }

  private void keepBest(ToIntFunction<Candidate<F>> score) {
    int best = left.stream().mapToInt(score).max().orElse(0);
    left = left.stream().filter(candidate -> score.applyAsInt(candidate) == best).toList();
  }

  private int exactMatches(Candidate<F> candidate) {
    int matches = 0;
    for (int i = 0; i < arguments.size(); i++) {
      SqlType declared = candidate.declaredType(i);
      SqlType given = arguments.get(i);
      if (!isUnknown(given) && declared != null && declared.isSameAs(given)) {
        matches++;
      }
    }
    return matches;
  }

  private int exactOrPreferredMatches(Candidate<F> candidate) {
    int matches = 0;
    for (int i = 0; i < arguments.size(); i++) {
      SqlType declared = candidate.declaredType(i);
      SqlType given = arguments.get(i);
      if (!isUnknown(given) && declared != null) {
        boolean preferred =
            TypeCategory.isPreferred(declared)
                && TypeCategory.of(declared) == TypeCategory.of(given);
        matches += declared.isSameAs(given) || preferred ? 1 : 0;
      }
    }
    return matches;
  }

  /** What the candidates say of an argument of unknown type. */
  private record Slot(@Nullable TypeCategory category, boolean preferred) {}

  private void keepByCategories() {
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      if (isUnknown(arguments.get(i))) {
        Slot slot = slot(i);
        if (slot == null) {
          return;
        }
        slots.add(slot);
      } else {
        slots.add(new Slot(null, false));
      }
    }
    keepUnlessNone(candidate -> fits(candidate, slots));
  }

  /** The category to assume for an argument; null when the candidates do not agree. */
  private @Nullable Slot slot(int argument) {
    TypeCategory category = null;
    boolean preferred = false;
    boolean conflict = false;
    for (Candidate<F> candidate : left) {
      TypeCategory current = category(candidate, argument);
      boolean isPreferred = isPreferred(candidate, argument);
      if (category == null) {
        category = current;
        preferred = isPreferred;
      } else if (current == category) {
        preferred |= isPreferred;
      } else if (current == TypeCategory.STRING) {
        category = current;
        preferred = isPreferred;
      } else {
        conflict = true;
      }
    }
    return conflict && category != TypeCategory.STRING ? null : new Slot(category, preferred);
  }

  private boolean fits(Candidate<F> candidate, List<Slot> slots) {
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      if (slot.category() != null) {
        boolean fits =
            category(candidate, i) == slot.category()
                && (!slot.preferred() || isPreferred(candidate, i));
        if (!fits) {
          return false;
        }
      }
    }
    return true;
  }

  private void keepThoseThatTakeTheKnownTypeEverywhere() {
    SqlType known = null;
    for (SqlType argument : arguments) {
      if (!isUnknown(argument)) {
        if (known != null && !known.isSameAs(argument)) {
          return;
        }
        known = argument;
      }
    }
    if (known != null) {
      List<SqlType> everywhere = new ArrayList<>();
      for (int i = 0; i < arguments.size(); i++) {
        everywhere.add(known);
      }
      keepUnlessNone(candidate -> candidate.takes(everywhere));
    }
  }

  private void keepUnlessNone(Predicate<Candidate<F>> condition) {
    List<Candidate<F>> kept = left.stream().filter(condition).toList();
    if (!kept.isEmpty()) {
      left = kept;
    }
  }

  private static TypeCategory category(Candidate<?> candidate, int argument) {
    SqlType declared = candidate.declaredType(argument);
    return declared == null ? TypeCategory.PSEUDO : TypeCategory.of(declared);
  }

  private static boolean isPreferred(Candidate<?> candidate, int argument) {
    SqlType declared = candidate.declaredType(argument);
    return declared != null && TypeCategory.isPreferred(declared);
  }

  private static boolean isUnknown(SqlType type) {
    return type.id() == TypeId.UNKNOWN;
  }
}
