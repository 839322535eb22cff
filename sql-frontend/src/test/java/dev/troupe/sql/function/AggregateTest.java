package dev.troupe.sql.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.eval.AggregateFunction;
import dev.troupe.sql.eval.AggregateFunction.Accumulator;
import dev.troupe.sql.function.text.ValueText;
import dev.troupe.sql.type.Recorded;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeTexts;
import dev.troupe.sql.type.format.Format;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Compares aggregates with PostgreSQL 15, and partial and moving aggregation with the whole. */
class AggregateTest {
  private final TestContext context = new TestContext("UTC");

  /** A line of the file. */
  private record Sample(
      AggregateFunction function, List<SqlType> types, List<@Nullable Object[]> rows) {}

  /** How a sample is computed. */
  @FunctionalInterface
  private interface Way {
    @Nullable Accumulator gather(Sample sample);
  }

  @Test
  void shouldAggregateAsPostgreSqlDoes() {
    assertThat(differences(this::inOneGo)).isEmpty();
  }

  @Test
  void shouldMergePartsIntoTheWhole() {
    assertThat(differences(this::inTwoParts)).isEmpty();
  }

  @Test
  void shouldForgetRowsThatAreRemoved() {
    assertThat(differences(this::withRowsRemoved)).isEmpty();
  }

  private Accumulator inOneGo(Sample sample) {
    return gathered(sample.function(), sample.rows());
  }

  private @Nullable Accumulator inTwoParts(Sample sample) {
    AggregateFunction function = sample.function();
    int middle = sample.rows().size() / 2;
    Accumulator first = gathered(function, sample.rows().subList(0, middle));
    Accumulator second = gathered(function, sample.rows().subList(middle, sample.rows().size()));
    return function.merge(first, second) ? first : null;
  }

  /** Adds all rows twice and takes the first ones out again. */
  private @Nullable Accumulator withRowsRemoved(Sample sample) {
    List<@Nullable Object[]> twice = new ArrayList<>(sample.rows());
    twice.addAll(sample.rows());
    Accumulator accumulator = gathered(sample.function(), twice);
    for (@Nullable Object[] row : sample.rows()) {
      if (counts(sample.function(), row) && !accumulator.remove(row, context)) {
        return null;
      }
    }
    return accumulator;
  }

  private Accumulator gathered(AggregateFunction function, List<@Nullable Object[]> rows) {
    Accumulator accumulator = function.start();
    for (@Nullable Object[] row : rows) {
      if (counts(function, row)) {
        accumulator.add(row, context);
      }
    }
    return accumulator;
  }

  private static boolean counts(AggregateFunction function, @Nullable Object[] row) {
    return !function.strict() || Arrays.stream(row).allMatch(value -> value != null);
  }

  private List<String> differences(Way way) {
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    for (List<String> line : Recorded.lines("/dev/troupe/sql/function/aggregates.tsv")) {
      String outcome = Recorded.outcome(() -> result(line, way));
      if (outcome.equals("refused")) {
        continue;
      }
      compared++;
      if (!outcome.equals(line.getLast())) {
        wrong.add(line + ", not " + outcome);
      }
    }
    assertThat(compared).isGreaterThan(20);
    return wrong;
  }

  private String result(List<String> line, Way way) {
    Sample sample = sample(line);
    Accumulator accumulator = way.gather(sample);
    if (accumulator == null) {
      return "refused";
    }
    Object value = accumulator.result(context);
    if (value instanceof Boolean) {
      return value.toString();
    }
    return value == null ? "null" : ValueText.of(sample.function().result(), value, context);
  }

  private Sample sample(List<String> line) {
    List<SqlType> types = Arrays.stream(line.get(1).split(",")).map(TypeTexts::parse).toList();
    var call = FunctionRegistry.builtin().resolveAggregate(line.getFirst(), types);
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (String row : line.get(2).isEmpty() ? new String[0] : line.get(2).split(";")) {
      String[] texts = row.split("~");
      @Nullable Object[] values = new @Nullable Object[texts.length];
      for (int i = 0; i < texts.length; i++) {
        SqlType type = call.argumentTypes().get(i);
        values[i] = texts[i].equals("null") ? null : Format.of(type).readText(texts[i], context);
      }
      rows.add(values);
    }
    return new Sample(call.function(), types, rows);
  }
}
