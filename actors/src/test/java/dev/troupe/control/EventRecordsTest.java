package dev.troupe.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.control.EventRecords.Numbered;
import dev.troupe.control.SystemRange.Fate;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Events of two writers of one id never mix, whatever becomes of their answers. */
class EventRecordsTest {
  private static final String ID = "coordinator";

  private final SystemRange range = new SystemRange();

  private EventRecords node() {
    return new EventRecords(new SystemRecords(range, () -> 0));
  }

  private static Numbered event(long number, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Numbered(number, new StoredObject(0, 1, "m", bytes, "", "w"));
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private static void assertOvertaken(CompletionStage<?> write) {
    assertThatThrownBy(() -> join(write))
        .rootCause()
        .isInstanceOfSatisfying(
            TroupeException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED));
  }

  private List<String> replay(long from, long to, long max) {
    List<String> events = new ArrayList<>();
    join(
        node()
            .replay(
                ID,
                from,
                to,
                max,
                (number, event) ->
                    events.add(number + new String(event.bytes(), StandardCharsets.UTF_8))));
    return events;
  }

  @Test
  void shouldGiveEventsBackOnAnotherNode() {
    EventRecords here = node();
    join(here.write(ID, "a", List.of(event(1, "x"), event(2, "y"))));
    join(here.write(ID, "a", List.of(event(3, "z"))));
    join(here.write(ID + "2", "a", List.of(event(1, "other"))));

    assertThat(join(node().highest(ID))).isEqualTo(3);
    assertThat(replay(1, Long.MAX_VALUE, Long.MAX_VALUE)).containsExactly("1x", "2y", "3z");
    assertThat(replay(2, 3, 1)).containsExactly("2y");
    assertThat(replay(3, 2, 1)).isEmpty();
  }

  @Test
  void shouldGiveManyEventsPageByPage() {
    EventRecords here = node();
    for (int i = 1; i <= 1_000; i++) {
      join(here.write(ID, "a", List.of(event(i, "e"))));
    }
    assertThat(replay(1, Long.MAX_VALUE, Long.MAX_VALUE)).hasSize(1_000).endsWith("1000e");
    assertThat(replay(1, Long.MAX_VALUE, 700)).hasSize(700);
  }

  @Test
  void shouldRefuseWhoDoesNotKnowTheLastEvent() {
    EventRecords first = node();
    EventRecords second = node();
    join(first.write(ID, "a", List.of(event(1, "x"))));
    join(second.highest(ID));
    join(first.write(ID, "a", List.of(event(2, "y"))));

    assertOvertaken(second.write(ID, "b", List.of(event(2, "wrong"))));
    // It does not get in by counting on.
    assertOvertaken(second.write(ID, "b", List.of(event(4, "wrong"))));
    join(second.highest(ID));
    join(second.write(ID, "b", List.of(event(3, "z"))));
    assertOvertaken(first.write(ID, "a", List.of(event(3, "wrong"))));

    assertThat(replay(1, Long.MAX_VALUE, Long.MAX_VALUE)).containsExactly("1x", "2y", "3z");
  }

  @Test
  void shouldFindOutWhatBecameOfAWriteWithoutAnswer() {
    EventRecords here = node();
    join(here.write(ID, "a", List.of(event(1, "x"))));
    range.next(Fate.DONE_IN_SILENCE, Fate.LOST, Fate.ANSWERED);
    join(here.write(ID, "a", List.of(event(2, "y"))));
    range.next(Fate.LOST);
    join(here.write(ID, "a", List.of(event(3, "z"))));

    assertThat(replay(1, Long.MAX_VALUE, Long.MAX_VALUE)).containsExactly("1x", "2y", "3z");
  }

  @Test
  void shouldFailTheWritesBehindOneThatFailed() {
    EventRecords here = node();
    join(here.write(ID, "a", List.of(event(1, "x"))));
    range.next(Fate.REFUSED);
    var failed = here.write(ID, "a", List.of(event(2, "y")));
    assertThatThrownBy(() -> join(failed)).isNotNull();
    assertOvertaken(here.write(ID, "a", List.of(event(3, "z"))));
    join(here.write(ID, "a", List.of(event(2, "again"))));
    assertThat(replay(1, Long.MAX_VALUE, Long.MAX_VALUE)).containsExactly("1x", "2again");
  }

  @Test
  void shouldRememberTheLastNumberWhenEventsAreDeleted() {
    EventRecords here = node();
    join(here.write(ID, "a", List.of(event(1, "x"), event(2, "y"), event(3, "z"))));
    join(here.deleteTo(ID, 2));
    assertThat(replay(1, Long.MAX_VALUE, Long.MAX_VALUE)).containsExactly("3z");
    join(here.deleteTo(ID, Long.MAX_VALUE));
    assertThat(replay(1, Long.MAX_VALUE, Long.MAX_VALUE)).isEmpty();
    assertThat(join(node().highest(ID))).isEqualTo(3);
    assertOvertaken(node().write(ID, "b", List.of(event(1, "wrong"))));
  }

  /** Whoever writes event n has seen exactly the n - 1 events that are there. */
  @Test
  void shouldKeepRandomWritersInOneLine() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    List<EventRecords> nodes = List.of(node(), node(), node());
    var known = new ArrayList<List<String>>();
    nodes.forEach(n -> known.add(new ArrayList<>()));
    for (int step = 0; step < 2_000; step++) {
      int who = random.nextInt(nodes.size());
      List<String> mine = known.get(who);
      for (int i = random.nextInt(3); i > 0; i--) {
        range.next(Fate.values()[random.nextInt(Fate.values().length)]);
      }
      long number = mine.size() + 1L;
      String text = who + "-" + step + "-after-" + mine.hashCode();
      boolean written =
          nodes
              .get(who)
              .write(ID, "w" + who + "-" + step, List.of(event(number, text)))
              .handle((done, failure) -> failure == null)
              .toCompletableFuture()
              .join();
      if (written) {
        mine.add(number + text);
      } else {
        range.clearFates();
        join(nodes.get(who).highest(ID));
        mine.clear();
        mine.addAll(replay(1, Long.MAX_VALUE, Long.MAX_VALUE));
      }
      range.clearFates();
    }
    List<String> all = replay(1, Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(all).as("seed %d", seed).hasSizeGreaterThan(100);
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i)).as("seed %d", seed).endsWith("-after-" + all.subList(0, i).hashCode());
    }
  }
}
