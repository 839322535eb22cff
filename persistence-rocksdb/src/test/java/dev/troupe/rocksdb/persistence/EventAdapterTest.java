package dev.troupe.rocksdb.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.EventAdapter;
import org.apache.pekko.persistence.journal.EventSeq;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EventAdapterTest {
  private static final String CONFIG =
      """
      troupe.persistence.journal {
        event-adapters.numbered = "%s"
        event-adapter-bindings {
          "%s" = numbered
          "java.lang.String" = numbered
        }
      }
      """
          .formatted(NumberedAdapter.class.getName(), Numbered.class.getName());

  @TempDir Path directory;

  /** Stores a number as text with a tag; gives even ones twice and filters 13 out. */
  public static final class NumberedAdapter implements EventAdapter {
    @Override
    public String manifest(Object event) {
      return "as-text";
    }

    @Override
    public Object toJournal(Object event) {
      return Journalist.tagged("n" + ((Numbered) event).number(), "numbers");
    }

    @Override
    public EventSeq fromJournal(Object event, String manifest) {
      if (!manifest.equals("as-text")) {
        throw new IllegalStateException("unexpected manifest " + manifest);
      }
      int number = Integer.parseInt(((String) event).substring(1));
      Numbered adapted = new Numbered("adapted", number);
      if (number == 13) {
        return EventSeq.empty();
      }
      return number % 2 == 0 ? EventSeq.create(adapted, adapted) : EventSeq.single(adapted);
    }
  }

  @Test
  void shouldAdaptEventsOnTheirWayInAndOut() {
    try (PluginSystem plugin = PluginSystem.start(directory, CONFIG)) {
      Journalist journalist = new Journalist(plugin, "a");
      journalist.send(
          journalist.repr(1, new Numbered("x", 1)),
          journalist.repr(2, new Numbered("x", 2)),
          journalist.repr(3, new Numbered("x", 13)));
      journalist.expectWritten(3);

      Numbered one = new Numbered("adapted", 1);
      Numbered two = new Numbered("adapted", 2);
      assertThat(journalist.replay(3))
          .extracting(PersistentRepr::payload)
          .containsExactly(one, two, two);
      RocksReadJournal journal =
          PersistenceQuery.get(plugin.system())
              .getReadJournalFor(RocksReadJournal.class, RocksReadJournal.IDENTIFIER);
      assertThat(
              Streamed.all(
                  journal.currentEventsByTag("numbers", Offset.noOffset()), plugin.system()))
          .extracting(EventEnvelope::event)
          .containsExactly(one, two, two);
    }
  }
}
