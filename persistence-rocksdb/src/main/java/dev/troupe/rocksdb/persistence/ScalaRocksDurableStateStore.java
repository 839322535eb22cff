package dev.troupe.rocksdb.persistence;

import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.persistence.query.DurableStateChange;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.scaladsl.DurableStateStorePagedPersistenceIdsQuery;
import org.apache.pekko.persistence.query.scaladsl.DurableStateStoreQuery;
import org.apache.pekko.persistence.query.typed.scaladsl.DurableStateStoreBySliceQuery;
import org.apache.pekko.persistence.state.scaladsl.DurableStateUpdateStore;
import org.apache.pekko.persistence.state.scaladsl.GetObjectResult;
import org.apache.pekko.stream.scaladsl.Source;
import scala.Option;
import scala.collection.immutable.Range;
import scala.collection.immutable.Seq;
import scala.concurrent.Future;
import scala.jdk.javaapi.OptionConverters;

/** {@link RocksDurableStateStore} for callers in Scala, and for Pekko's own behaviors. */
public final class ScalaRocksDurableStateStore
    implements DurableStateUpdateStore<Object>,
        DurableStateStoreQuery<Object>,
        DurableStateStoreBySliceQuery<Object>,
        DurableStateStorePagedPersistenceIdsQuery<Object> {
  private final RocksDurableStateStore store;

  ScalaRocksDurableStateStore(RocksDurableStateStore store) {
    this.store = store;
  }

  @Override
  public Future<GetObjectResult<Object>> getObject(String persistenceId) {
    return ScalaFutures.of(
        store
            .getObject(persistenceId)
            .thenApply(
                result ->
                    new GetObjectResult<>(
                        OptionConverters.toScala(result.value()), result.revision())));
  }

  @Override
  public Future<Done> upsertObject(String persistenceId, long revision, Object value, String tag) {
    return ScalaFutures.of(store.upsertObject(persistenceId, revision, value, tag));
  }

  @Override
  @SuppressWarnings("deprecation") // Pekko's interface still asks for it.
  public Future<Done> deleteObject(String persistenceId) {
    return ScalaFutures.of(store.deleteObject(persistenceId));
  }

  @Override
  public Future<Done> deleteObject(String persistenceId, long revision) {
    return ScalaFutures.of(store.deleteObject(persistenceId, revision));
  }

  @Override
  public Source<DurableStateChange<Object>, NotUsed> currentChanges(String tag, Offset offset) {
    return store.currentChanges(tag, offset).asScala();
  }

  @Override
  public Source<DurableStateChange<Object>, NotUsed> changes(String tag, Offset offset) {
    return store.changes(tag, offset).asScala();
  }

  @Override
  public Source<DurableStateChange<Object>, NotUsed> currentChangesBySlices(
      String entityType, int minSlice, int maxSlice, Offset offset) {
    return store.currentChangesBySlices(entityType, minSlice, maxSlice, offset).asScala();
  }

  @Override
  public Source<DurableStateChange<Object>, NotUsed> changesBySlices(
      String entityType, int minSlice, int maxSlice, Offset offset) {
    return store.changesBySlices(entityType, minSlice, maxSlice, offset).asScala();
  }

  @Override
  public int sliceForPersistenceId(String persistenceId) {
    return store.sliceForPersistenceId(persistenceId);
  }

  @Override
  public Seq<Range> sliceRanges(int numberOfRanges) {
    return store.persistence().sliceRanges(numberOfRanges);
  }

  @Override
  public Source<String, NotUsed> currentPersistenceIds(Option<String> afterId, long limit) {
    return store.currentPersistenceIds(OptionConverters.toJava(afterId), limit).asScala();
  }
}
