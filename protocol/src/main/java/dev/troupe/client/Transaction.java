package dev.troupe.client;

import com.google.protobuf.ByteString;
import dev.troupe.v1.ReleaseRequest;
import dev.troupe.v1.RollbackToRequest;
import dev.troupe.v1.SavepointRequest;
import dev.troupe.v1.ScanResponse;
import dev.troupe.v1.TxnSessionRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An attempt of a transaction, as its body sees it: all reads are as of one moment, with the
 * transaction's own writes on top. For one thread at a time, and of no use after the body's end.
 *
 * <p>Writes do not wait for the server. One that fails is reported by the next read, or by the
 * commit; from then on the same failure answers everything until a savepoint from before it is
 * rolled back to. Every failure is a {@link TroupeClientException}; a body that lets it pass is run
 * again when that can help.
 */
public final class Transaction {
  /** A savepoint, and what was true when it began. */
  private record Savepoint(String name, long requestId, @Nullable ByteString firstKept) {}

  private final Session session;
  private final Setbacks setbacks;
  private final Deque<Savepoint> savepoints = new ArrayDeque<>();
  private @Nullable ByteString firstEver;
  private @Nullable ByteString firstKept;

  Transaction(Session session, Setbacks setbacks) {
    this.session = session;
    this.setbacks = setbacks;
  }

  /** Of this attempt; another attempt is another transaction. */
  public UUID id() {
    return session.id();
  }

  /** The value of a key, or null when there is none. */
  public byte @Nullable [] get(byte[] key) {
    return get(key, Lock.NONE);
  }

  /** As {@link #get(byte[])}, and nobody else can write the key until this transaction ends. */
  public byte @Nullable [] getForUpdate(byte[] key) {
    return get(key, Lock.WAIT);
  }

  /**
   * The value of a key, or null when there is none.
   *
   * @throws TroupeClientException with the reason LOCK_NOT_AVAILABLE when the row is held and the
   *     lock is {@link Lock#NO_WAIT}; the transaction goes on
   */
  public byte @Nullable [] get(byte[] key, Lock lock) {
    long request = session.send(getRequest(key, lock));
    return Messages.value(session.await(request).getGet());
  }

  /** The values of several keys, in their order, for the price of one round trip. */
  public List<byte @Nullable []> getAll(List<byte[]> keys, Lock lock) {
    List<Long> requests = new ArrayList<>(keys.size());
    for (byte[] key : keys) {
      requests.add(session.send(getRequest(key, lock)));
    }
    List<byte @Nullable []> values = new ArrayList<>(keys.size());
    for (long request : requests) {
      values.add(Messages.value(session.await(request).getGet()));
    }
    return values;
  }

  /** All rows from start (inclusive) to end (exclusive), in order. */
  public List<KeyValue> scan(byte[] start, byte[] end) {
    return scan(Scan.of(start, end));
  }

  /** All rows of a scan, page by page. */
  public List<KeyValue> scan(Scan scan) {
    List<KeyValue> rows = new ArrayList<>();
    Scan rest = scan.lock() == Lock.NONE ? scan.withLock(setbacks.forScan()) : scan;
    while (true) {
      long request = session.send(TxnSessionRequest.newBuilder().setScan(Messages.scan(rest)));
      ScanResponse page = session.await(request).getScan();
      rows.addAll(Messages.rows(page));
      setbacks.scanned(page.getRowsCount());
      long missing = scan.limit() - rows.size();
      if (!page.hasResume() || (scan.limit() > 0 && missing <= 0)) {
        return rows;
      }
      byte[] resume = page.getResume().toByteArray();
      rest =
          new Scan(
              scan.reverse() ? scan.start() : resume,
              scan.reverse() ? resume : scan.end(),
              scan.limit() == 0 ? 0 : missing,
              scan.reverse(),
              scan.keysOnly(),
              rest.lock());
    }
  }

  /** Sets the value of a key. Does not wait. */
  public void put(byte[] key, byte[] value) {
    session.sendAhead(
        TxnSessionRequest.newBuilder().setPut(Messages.put(key, value)), key.length + value.length);
    written(key);
  }

  /** Removes a key, if it is there. Does not wait. */
  public void delete(byte[] key) {
    session.sendAhead(TxnSessionRequest.newBuilder().setDelete(Messages.delete(key)), key.length);
    written(key);
  }

  /** Begins a savepoint; one of the same name is hidden until this one ends. */
  public void savepoint(String name) {
    long request =
        session.send(
            TxnSessionRequest.newBuilder()
                .setSavepoint(SavepointRequest.newBuilder().setName(name)));
    session.await(request);
    savepoints.push(new Savepoint(name, request, firstKept));
  }

  /** Undoes everything since the savepoint, which stays. */
  public void rollbackTo(String name) {
    long request =
        session.sendDespiteDoom(
            TxnSessionRequest.newBuilder()
                .setRollbackTo(RollbackToRequest.newBuilder().setName(name)));
    session.await(request);
    while (!savepoints.isEmpty() && !savepoints.element().name().equals(name)) {
      savepoints.pop();
    }
    Savepoint savepoint = savepoints.element();
    session.clearDoom(savepoint.requestId());
    firstKept = savepoint.firstKept();
  }

  /** Forgets the savepoint and those after it, and keeps what was done. */
  public void release(String name) {
    long request =
        session.send(
            TxnSessionRequest.newBuilder().setRelease(ReleaseRequest.newBuilder().setName(name)));
    session.await(request);
    boolean found = false;
    while (!found && !savepoints.isEmpty()) {
      found = savepoints.pop().name().equals(name);
    }
  }

  /**
   * The keys under which the outcome may be kept, none when nothing was written. There are two when
   * the first write of all was undone.
   */
  List<ByteString> anchors() {
    if (firstEver == null) {
      return List.of();
    }
    return firstKept == null || firstKept.equals(firstEver)
        ? List.of(firstEver)
        : List.of(firstKept, firstEver);
  }

  private void written(byte[] key) {
    setbacks.wrote(key);
    if (firstEver == null) {
      firstEver = ByteString.copyFrom(key);
    }
    if (firstKept == null) {
      firstKept = ByteString.copyFrom(key);
    }
  }

  private TxnSessionRequest.Builder getRequest(byte[] key, Lock wanted) {
    Lock lock = wanted == Lock.NONE ? setbacks.forKey(key) : wanted;
    return TxnSessionRequest.newBuilder().setGet(Messages.get(key, lock));
  }
}
