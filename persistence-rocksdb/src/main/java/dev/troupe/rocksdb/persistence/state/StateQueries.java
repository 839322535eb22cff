package dev.troupe.rocksdb.persistence.state;

import dev.troupe.rocksdb.persistence.query.PagedStage;
import dev.troupe.rocksdb.persistence.query.Pages;
import dev.troupe.rocksdb.persistence.query.QueryOffsets;
import dev.troupe.rocksdb.persistence.query.QuerySettings;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.apache.pekko.NotUsed;
import org.apache.pekko.persistence.query.DurableStateChange;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/** The change queries of durable states. Thread-safe. */
public final class StateQueries {
  /** A span of slices, both ends included. */
  public record Slices(int min, int max) {
    public Slices {
      if (min < 0 || max < min) {
        throw new IllegalArgumentException("not a span of slices: " + min + " to " + max);
      }
    }

    boolean contains(int slice) {
      return min <= slice && slice <= max;
    }
  }

  private final StateTable table;
  private final QuerySettings settings;
  private final ToIntFunction<String> sliceOf;

  /**
   * @param sliceOf the slice of a persistence id
   */
  public StateQueries(StateTable table, QuerySettings settings, ToIntFunction<String> sliceOf) {
    this.table = table;
    this.settings = settings;
    this.sliceOf = sliceOf;
  }

  /** Ends with the changes that were there when it began. */
  public Source<DurableStateChange<Object>, NotUsed> currentChanges(String tag, Offset offset) {
    return current(StateKeys.OF_TAG, tag, id -> true, offset);
  }

  public Source<DurableStateChange<Object>, NotUsed> changes(String tag, Offset offset) {
    return live(StateKeys.OF_TAG, tag, id -> true, offset);
  }

  /** Ends with the changes that were there when it began. */
  public Source<DurableStateChange<Object>, NotUsed> currentChanges(
      String entityType, Slices slices, Offset offset) {
    return current(StateKeys.OF_TYPE, entityType, within(slices), offset);
  }

  public Source<DurableStateChange<Object>, NotUsed> changes(
      String entityType, Slices slices, Offset offset) {
    return live(StateKeys.OF_TYPE, entityType, within(slices), offset);
  }

  /** At most {@code limit} ids that have a state, by name, behind the given one. */
  public Source<String, NotUsed> currentPersistenceIds(@Nullable String behind, long limit) {
    PagedStage<String> stage =
        PagedStage.current(() -> new StateIdPages(table.store(), behind), settings);
    return Source.fromGraph(stage).take(limit);
  }

  private Predicate<String> within(Slices slices) {
    return persistenceId -> slices.contains(sliceOf.applyAsInt(persistenceId));
  }

  private Source<DurableStateChange<Object>, NotUsed> current(
      int kind, String name, Predicate<String> wanted, Offset offset) {
    return Source.fromGraph(PagedStage.current(pages(kind, name, wanted, offset, false), settings));
  }

  private Source<DurableStateChange<Object>, NotUsed> live(
      int kind, String name, Predicate<String> wanted, Offset offset) {
    String topic = StateKeys.topic(kind, name);
    return Source.fromGraph(
        PagedStage.live(
            pages(kind, name, wanted, offset, true),
            signal -> table.store().signals().watch(topic, signal),
            settings));
  }

  private Supplier<Pages<DurableStateChange<Object>>> pages(
      int kind, String name, Predicate<String> wanted, Offset offset, boolean live) {
    long behind = QueryOffsets.behind(offset);
    return () -> new ChangePages(table, kind, name, wanted, behind, live);
  }
}
