package dev.troupe.rocksdb.persistence;

import com.typesafe.config.Config;
import dev.troupe.rocksdb.persistence.journal.EventJournal;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import scala.concurrent.Future;

/**
 * Pekko's journal on a persistence store; configured by {@code troupe.persistence.journal}.
 *
 * <p>Serializes on its own dispatcher and hands over to the group-commit writer, so that any number
 * of persistent actors share one sync; reads run on the replay dispatcher. An event that cannot be
 * serialized rejects its atomic write alone. A sequence number that is not above the highest one
 * written fails the write: a second writer of the same persistence id is alive.
 */
public final class RocksJournal extends AsyncWriteJournal {
  private final EventJournal journal;

  public RocksJournal(Config config) {
    PersistenceStores stores = PersistenceStores.get(context().system());
    Executor replays =
        context().system().dispatchers().lookup(config.getString("replay-dispatcher"));
    this.journal =
        new EventJournal(
            stores.open(config).events(),
            stores.payloads(),
            replays,
            config.getBytes("event-bytes-max"));
  }

  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(
      Iterable<AtomicWrite> messages) {
    return ScalaFutures.of(journal.write(messages));
  }

  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
    return ScalaFutures.of(journal.deleteTo(persistenceId, toSequenceNr));
  }

  @Override
  public Future<Void> doAsyncReplayMessages(
      String persistenceId,
      long fromSequenceNr,
      long toSequenceNr,
      long max,
      Consumer<PersistentRepr> replayCallback) {
    return ScalaFutures.of(
        journal.replay(persistenceId, fromSequenceNr, toSequenceNr, max, replayCallback));
  }

  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
    return ScalaFutures.of(journal.highestSequenceNr(persistenceId));
  }
}
