package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SequenceOption;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeNames;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the options of a sequence. What was not said comes from defaults or stays as it was. */
final class SequenceDefinition {
  private final ExpressionChecker checker;
  private final boolean identity;
  private SqlType type = SqlType.INT8;
  private @Nullable Long increment;
  private @Nullable Long minimum;
  private @Nullable Long maximum;
  private @Nullable Long start;
  private @Nullable Long cache;
  private @Nullable Boolean cycle;
  private boolean resetMinimum;
  private boolean resetMaximum;
  private boolean typeGiven;
  private boolean restarts;
  private @Nullable Long restartWith;
  private boolean ownerGiven;
  private @Nullable QualifiedName owner;
  private @Nullable QualifiedName name;

  SequenceDefinition(List<SequenceOption> options, ExpressionChecker checker, boolean identity) {
    this.checker = checker;
    this.identity = identity;
    Set<Class<?>> seen = new HashSet<>();
    for (SequenceOption option : options) {
      if (!seen.add(option.getClass())) {
        throw new SqlException(SqlState.SYNTAX_ERROR, "conflicting or redundant options");
      }
      read(option);
    }
  }

  private void read(SequenceOption option) {
    switch (option) {
      case SequenceOption.As as -> {
        setType(checker.bindType(as.type()));
        typeGiven = true;
      }
      case SequenceOption.Increment by -> increment = number(by.by());
      case SequenceOption.MinValue min -> {
        minimum = optional(min.value());
        resetMinimum = minimum == null;
      }
      case SequenceOption.MaxValue max -> {
        maximum = optional(max.value());
        resetMaximum = maximum == null;
      }
      case SequenceOption.Start at -> start = number(at.with());
      case SequenceOption.Restart restart -> {
        restarts = true;
        restartWith = optional(restart.with());
      }
      case SequenceOption.Cache of -> cache = number(of.count());
      case SequenceOption.Cycle of -> cycle = of.cycles();
      case SequenceOption.OwnedBy by -> {
        ownerGiven = true;
        owner = by.column();
      }
      case SequenceOption.SequenceName called -> name = called.name();
    }
  }

  /** The type that a column gives its sequence. */
  void setType(SqlType given) {
    if (!given.equals(SqlType.INT2) && !given.equals(SqlType.INT4) && !given.equals(SqlType.INT8)) {
      throw new SqlException(
          SqlState.INVALID_PARAMETER_VALUE,
          (identity ? "identity column type" : "sequence type")
              + " must be smallint, integer, or bigint");
    }
    type = given;
  }

  boolean ownerGiven() {
    return ownerGiven;
  }

  /** Null: none. */
  @Nullable QualifiedName owner() {
    return owner;
  }

  @Nullable QualifiedName name() {
    return name;
  }

  boolean restarts() {
    return restarts;
  }

  /** Where a sequence starts again. */
  long restartAt(SequenceDescriptor sequence) {
    long value = restartWith == null ? sequence.start() : restartWith;
    checkInside("RESTART value", value, sequence.minimum(), sequence.maximum());
    return value;
  }

  /** A new sequence without an owner. */
  SequenceDescriptor create(long id, ObjectName called, String role) {
    long step = increment == null ? 1 : increment;
    return checked(
        new SequenceDescriptor(
            id,
            called.schema(),
            called.name(),
            1,
            role,
            type,
            0,
            step,
            minimum == null ? defaultMinimum(type, step) : minimum,
            maximum == null ? defaultMaximum(type, step) : maximum,
            cache == null ? 1 : cache,
            cycle != null && cycle,
            0,
            0),
        start);
  }

  /** The sequence as it becomes. */
  SequenceDescriptor change(SequenceDescriptor old) {
    SqlType newType = typeGiven ? type : old.type();
    long step = increment == null ? old.increment() : increment;
    boolean typeMoves = typeGiven && !newType.equals(old.type());
    boolean newMinimum =
        resetMinimum || (typeMoves && old.minimum() == defaultMinimum(old.type(), old.increment()));
    boolean newMaximum =
        resetMaximum || (typeMoves && old.maximum() == defaultMaximum(old.type(), old.increment()));
    long low = newMinimum ? defaultMinimum(newType, step) : old.minimum();
    long high = newMaximum ? defaultMaximum(newType, step) : old.maximum();
    return checked(
        new SequenceDescriptor(
            old.id(),
            old.schema(),
            old.name(),
            old.version() + 1,
            old.owner(),
            newType,
            0,
            step,
            minimum == null ? low : minimum,
            maximum == null ? high : maximum,
            cache == null ? old.cache() : cache,
            cycle == null ? old.cycle() : cycle,
            old.ownerTable(),
            old.ownerColumn()),
        start == null ? Long.valueOf(old.start()) : start);
  }

  private static SequenceDescriptor checked(SequenceDescriptor s, @Nullable Long start) {
    if (s.increment() == 0) {
      throw invalid("INCREMENT must not be zero");
    }
    checkBound("MAXVALUE", s.maximum(), s.type());
    checkBound("MINVALUE", s.minimum(), s.type());
    if (s.minimum() >= s.maximum()) {
      throw invalid(
          "MINVALUE (%d) must be less than MAXVALUE (%d)".formatted(s.minimum(), s.maximum()));
    }
    if (s.cache() <= 0) {
      throw invalid("CACHE (%d) must be greater than zero".formatted(s.cache()));
    }
    long first = s.increment() > 0 ? s.minimum() : s.maximum();
    long begin = start == null ? first : start;
    checkInside("START value", begin, s.minimum(), s.maximum());
    return Sequences.withStart(s, begin);
  }

  private static void checkBound(String word, long bound, SqlType type) {
    if (bound > largest(type) || bound < -largest(type) - 1) {
      throw invalid(
          "%s (%d) is out of range for sequence data type %s"
              .formatted(word, bound, TypeNames.format(type)));
    }
  }

  private static void checkInside(String word, long value, long minimum, long maximum) {
    if (value < minimum) {
      throw invalid("%s (%d) cannot be less than MINVALUE (%d)".formatted(word, value, minimum));
    }
    if (value > maximum) {
      throw invalid("%s (%d) cannot be greater than MAXVALUE (%d)".formatted(word, value, maximum));
    }
  }

  private static SqlException invalid(String message) {
    return new SqlException(SqlState.INVALID_PARAMETER_VALUE, message);
  }

  private static long defaultMinimum(SqlType type, long increment) {
    return increment > 0 ? 1 : -largest(type) - 1;
  }

  private static long defaultMaximum(SqlType type, long increment) {
    return increment > 0 ? largest(type) : -1;
  }

  private static long largest(SqlType type) {
    if (type.equals(SqlType.INT2)) {
      return Short.MAX_VALUE;
    }
    return type.equals(SqlType.INT4) ? Integer.MAX_VALUE : Long.MAX_VALUE;
  }

  private static @Nullable Long optional(@Nullable String text) {
    return text == null ? null : number(text);
  }

  private static Long number(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException tooLarge) {
      throw SqlException.of(
          SqlState.NUMERIC_VALUE_OUT_OF_RANGE,
          "value \"%s\" is out of range for type bigint",
          text);
    }
  }
}
