package dev.troupe.sql.function.define;

import dev.troupe.sql.eval.AggregateFunction;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import java.util.function.Function;

/** An aggregate made of a signature and what it gathers. */
public final class Aggregate implements AggregateFunction {
  private final Signature signature;
  private final BoundTypes types;
  private final Trait trait;
  private final Function<BoundTypes, Accumulator> start;

  /** What the planner may make use of. */
  public enum Trait {
    NONE,
    /** min, max and the like: a value that comes twice changes nothing. */
    IGNORES_DUPLICATES,
    /** Arguments are: first those within the parentheses, then those of WITHIN GROUP. */
    ORDERED_SET
  }

  /** Accumulators that can take in what another one of the same function gathered. */
  public interface Mergeable extends Accumulator {
    void merge(Accumulator other);
  }

  Aggregate(
      Signature signature, BoundTypes types, Trait trait, Function<BoundTypes, Accumulator> start) {
    this.signature = signature;
    this.types = types;
    this.trait = trait;
    this.start = start;
  }

  @Override
  public String name() {
    return signature.name();
  }

  @Override
  public List<SqlType> parameters() {
    return types.parameters();
  }

  @Override
  public SqlType result() {
    return types.result();
  }

  @Override
  public boolean strict() {
    return signature.strict();
  }

  @Override
  public boolean ignoresDuplicates() {
    return trait == Trait.IGNORES_DUPLICATES;
  }

  @Override
  public boolean orderedSet() {
    return trait == Trait.ORDERED_SET;
  }

  @Override
  public Accumulator start() {
    return start.apply(types);
  }

  @Override
  public boolean portable() {
    return start() instanceof Portable;
  }

  @Override
  public boolean merge(Accumulator into, Accumulator from) {
    if (into instanceof Mergeable mergeable) {
      mergeable.merge(from);
      return true;
    }
    return false;
  }

  @Override
  public String toString() {
    return signature.name() + types.parameters();
  }
}
