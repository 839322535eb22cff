package dev.troupe.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.control.SystemRange.Fate;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterEvents.Event;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The book gives back what was written, newest first, and does not grow for ever. */
class EventBookTest {
  private static final int KEPT = 500;

  private final SystemRange range = new SystemRange();
  private final ArrayDeque<Runnable> later = new ArrayDeque<>();
  private long millis = 1_700_000_000_000L;

  private EventBook book(int node) {
    return new EventBook(
        new NodeId(node),
        new SystemRecords(range, () -> 0),
        () -> millis,
        (delay, action) -> later.add(action),
        KEPT);
  }

  private static List<Event> newest(EventBook book, int max) {
    return book.newest(max).toCompletableFuture().join();
  }

  @Test
  void shouldGiveTheNewestOfAllNodesFirst() {
    EventBook first = book(1);
    EventBook second = book(2);
    first.append("range-split", new RangeId(7), null, "a", "{\"n\":1}");
    millis++;
    second.append("replica-moved", new RangeId(8), new NodeId(3), "b", "{}");
    second.append("replica-moved", null, new NodeId(3), "c", "{}");

    assertThat(newest(first, 10)).extracting(Event::message).containsExactly("c", "b", "a");
    assertThat(newest(second, 1)).extracting(Event::message).containsExactly("c");
    assertThat(newest(first, 10).getLast())
        .isEqualTo(
            new Event(
                1_700_000_000_000L,
                new NodeId(1),
                "range-split",
                new RangeId(7),
                null,
                "a",
                "{\"n\":1}"));
  }

  @Test
  void shouldTryAgainLaterWhatCouldNotBeWritten() {
    EventBook book = book(1);
    // The first look for old events has no part in it.
    book.append("k", null, null, "before", "{}");
    range.next(Fate.REFUSED, Fate.REFUSED);
    book.append("k", null, null, "a", "{}");
    book.append("k", null, null, "b", "{}");
    assertThat(newestAfterFates(book)).containsExactly("before");
    later.remove().run();
    assertThat(newestAfterFates(book)).containsExactly("b", "a", "before");
    assertThat(later).isEmpty();
  }

  private List<String> newestAfterFates(EventBook book) {
    range.clearFates();
    return newest(book, 10).stream().map(Event::message).toList();
  }

  @Test
  void shouldForgetWhatIsOldAndWhatIsTooMuch() {
    EventBook book = book(1);
    book.append("k", null, null, "ancient", "{}");
    millis += EventBook.KEPT_MILLIS + 1;
    IntStream.range(0, 2_000).forEach(i -> book.append("k", null, null, "e" + i, "{}"));
    List<Event> kept = newest(book, Integer.MAX_VALUE);
    assertThat(kept.size()).isBetween(KEPT, KEPT + 300);
    assertThat(kept.getFirst().message()).isEqualTo("e1999");
    assertThat(kept).noneMatch(event -> event.message().equals("ancient"));
  }
}
