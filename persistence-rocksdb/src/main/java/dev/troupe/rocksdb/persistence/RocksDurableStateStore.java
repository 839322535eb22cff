package dev.troupe.rocksdb.persistence;

import dev.troupe.rocksdb.persistence.state.StateQueries;
import dev.troupe.rocksdb.persistence.state.StateTable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.query.DurableStateChange;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.javadsl.DurableStateStorePagedPersistenceIdsQuery;
import org.apache.pekko.persistence.query.javadsl.DurableStateStoreQuery;
import org.apache.pekko.persistence.query.typed.javadsl.DurableStateStoreBySliceQuery;
import org.apache.pekko.persistence.state.javadsl.DurableStateUpdateStore;
import org.apache.pekko.persistence.state.javadsl.GetObjectResult;
import org.apache.pekko.stream.javadsl.Source;

/**
 * The durable state store. The first revision is 1; a write or deletion must carry the next one, or
 * it fails. A deleted state keeps its revision, so that the next write goes on counting.
 *
 * <p>Change queries show the newest change of each persistence id in the order of their {@code
 * Sequence} offsets, deletions included.
 */
public final class RocksDurableStateStore
    implements DurableStateUpdateStore<Object>,
        DurableStateStoreQuery<Object>,
        DurableStateStoreBySliceQuery<Object>,
        DurableStateStorePagedPersistenceIdsQuery<Object> {
  /** Where its configuration is by default. */
  public static final String IDENTIFIER = "troupe.persistence.durable-state-store";

  private final StateTable table;
  private final StateQueries queries;
  private final Persistence persistence;

  RocksDurableStateStore(StateTable table, StateQueries queries, Persistence persistence) {
    this.table = table;
    this.queries = queries;
    this.persistence = persistence;
  }

  Persistence persistence() {
    return persistence;
  }

  @Override
  public CompletionStage<GetObjectResult<Object>> getObject(String persistenceId) {
    return table
        .get(persistenceId)
        .thenApply(
            state -> new GetObjectResult<>(Optional.ofNullable(state.value()), state.revision()));
  }

  @Override
  public CompletionStage<Done> upsertObject(
      String persistenceId, long revision, Object value, String tag) {
    return table.upsert(persistenceId, revision, value, tag).thenApply(nothing -> Done.done());
  }

  /** Deletes whatever its revision. */
  @Override
  @SuppressWarnings("deprecation") // Pekko's interface still asks for it.
  public CompletionStage<Done> deleteObject(String persistenceId) {
    return table.delete(persistenceId).thenApply(nothing -> Done.done());
  }

  @Override
  public CompletionStage<Done> deleteObject(String persistenceId, long revision) {
    return table.delete(persistenceId, revision).thenApply(nothing -> Done.done());
  }

  @Override
  public Source<DurableStateChange<Object>, NotUsed> currentChanges(String tag, Offset offset) {
    return queries.currentChanges(tag, offset);
  }

  @Override
  public Source<DurableStateChange<Object>, NotUsed> changes(String tag, Offset offset) {
    return queries.changes(tag, offset);
  }

  @Override
  public Source<DurableStateChange<Object>, NotUsed> currentChangesBySlices(
      String entityType, int minSlice, int maxSlice, Offset offset) {
    return queries.currentChanges(entityType, new StateQueries.Slices(minSlice, maxSlice), offset);
  }

  @Override
  public Source<DurableStateChange<Object>, NotUsed> changesBySlices(
      String entityType, int minSlice, int maxSlice, Offset offset) {
    return queries.changes(entityType, new StateQueries.Slices(minSlice, maxSlice), offset);
  }

  @Override
  public int sliceForPersistenceId(String persistenceId) {
    return persistence.sliceForPersistenceId(persistenceId);
  }

  @Override
  public List<Pair<Integer, Integer>> sliceRanges(int numberOfRanges) {
    return persistence.getSliceRanges(numberOfRanges);
  }

  @Override
  public Source<String, NotUsed> currentPersistenceIds(Optional<String> afterId, long limit) {
    return queries.currentPersistenceIds(afterId.orElse(null), limit);
  }
}
