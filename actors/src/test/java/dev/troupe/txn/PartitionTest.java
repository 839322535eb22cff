package dev.troupe.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.KvRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {
  private final ScriptedKv kv = new ScriptedKv();
  private final List<String> asked = new ArrayList<>();
  private final Queue<Runnable> later = new ArrayDeque<>();

  /** Divides with a map that answers at once, or each second time later. */
  private List<Part> divide(String changes, boolean async, KeySpan... reads) {
    var result = new ArrayList<List<Part>>();
    RangeMap map =
        (key, deadline, reply) -> {
          asked.add(key.toString());
          if (async && asked.size() % 2 == 0) {
            later.add(() -> reply.accept(kv.range(key)));
          } else {
            reply.accept(kv.range(key));
          }
        };
    Partition.of(map, 0, changes(changes), List.of(reads), result::add);
    for (Runnable next = later.poll(); next != null; next = later.poll()) {
      next.run();
    }
    assertThat(result).hasSize(1);
    return result.getFirst();
  }

  private static List<KvRequest.Change> changes(String keys) {
    return Stream.of(keys.split("")).map(k -> new KvRequest.Change(Key.of(k), null)).toList();
  }

  private static KeySpan span(String from, String to) {
    return new KeySpan(Key.of(from), Key.of(to));
  }

  private static List<Key> keys(String keys) {
    return Stream.of(keys.split("")).map(Key::of).toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldDivideKeysAndCutSpansAtBorders(boolean async) {
    kv.borders.addAll(keys("gmt"));

    List<Part> parts = divide("abhuv", async, span("c", "d"), span("e", "n"), span("v", "x"));

    assertThat(parts)
        .extracting(Part::keys)
        .containsExactly(keys("ab"), keys("h"), List.of(), keys("uv"));
    assertThat(parts)
        .extracting(Part::reads)
        .containsExactly(
            List.of(span("c", "d"), span("e", "g")),
            List.of(span("g", "m")),
            List.of(span("m", "n")),
            List.of(span("v", "x")));
    // Each range is asked for once.
    assertThat(asked).hasSize(4);
  }

  @Test
  void shouldEndWhenARangeIsNotFound() {
    var result = new ArrayList<Boolean>();
    Partition.of(
        (key, deadline, reply) -> reply.accept(key.equals(Key.of("a")) ? kv.range(key) : null),
        0,
        changes("az"),
        List.of(),
        parts -> result.add(parts != null));
    assertThat(result).containsExactly(true);

    kv.borders.add(Key.of("m"));
    Partition.of(
        (key, deadline, reply) -> reply.accept(key.equals(Key.of("a")) ? kv.range(key) : null),
        0,
        changes("az"),
        List.of(),
        parts -> result.add(parts != null));
    assertThat(result).containsExactly(true, false);
  }

  @Test
  void shouldKeepWhatItHasWhenARangeTurnsOutToBeLarger() {
    var result = new ArrayList<List<Part>>();
    Partition.of(
        new RangeMap() {
          @Override
          public void whereIs(Key key, long deadline, Consumer<RangeDescriptor> reply) {
            reply.accept(kv.range(key));
            kv.borders.clear();
          }
        },
        0,
        changes("az"),
        List.of(),
        result::add);
    assertThat(result).hasSize(1);
    assertThat(result.getFirst()).singleElement().extracting(Part::keys).isEqualTo(keys("az"));
    kv.borders.add(Key.of("m"));
    result.clear();
    Partition.of(
        (key, deadline, reply) -> {
          reply.accept(kv.range(key));
          kv.borders.clear();
        },
        0,
        changes("az"),
        List.of(),
        result::add);
    assertThat(result.getFirst()).singleElement().extracting(Part::keys).isEqualTo(keys("az"));
  }

  @Test
  void shouldDivideVeryManyRangesWithoutDeepCalls() {
    var many = new ArrayList<KvRequest.Change>();
    for (int i = 0; i < 20_000; i++) {
      Key key = Key.of(String.format("%06d", i));
      many.add(new KvRequest.Change(key, null));
    }
    var result = new ArrayList<List<Part>>();
    Partition.of(
        (key, deadline, reply) -> reply.accept(ScriptedKv.descriptor(10, key, key.next())),
        0,
        many,
        List.of(),
        result::add);
    assertThat(result.getFirst()).hasSize(20_000);
  }

  @Test
  void shouldCutPartsBySizeWithoutLosingAnything() {
    Part part = new Part(KeySpan.ALL);
    for (int i = 0; i < 100; i++) {
      part.changes().add(new KvRequest.Change(Key.of("k" + i), new byte[i]));
    }
    part.reads().add(span("a", "b"));
    List<Part> pieces = part.cut(500);

    assertThat(pieces).hasSizeGreaterThan(5);
    assertThat(pieces.stream().flatMap(p -> p.changes().stream()).toList())
        .isEqualTo(part.changes());
    assertThat(pieces).allMatch(p -> p.bytes() < 500 + 120);
    assertThat(pieces.stream().flatMap(p -> p.reads().stream())).containsExactly(span("a", "b"));
  }
}
