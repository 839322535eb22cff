package dev.troupe.sql.session;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.WallClock;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.kv.KvTransactions;
import dev.troupe.sql.kv.PrivateSpans;
import dev.troupe.sql.kv.WitnessedRead;
import dev.troupe.sql.schema.CatalogStore;
import dev.troupe.sql.schema.Garbage;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.schema.VirtualRelations;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that a session is in, if any. An explicit one lasts from BEGIN to COMMIT or
 * ROLLBACK, an implicit one for a message of the simple protocol, or up to Sync in the extended
 * one. Owned by the session's thread.
 */
final class TransactionScope {
  /** How long a session may be in a transaction is told by other limits. */
  private static final Duration DEADLINE = Duration.ofHours(24);

  private static final Duration SIDE_DEADLINE = Duration.ofSeconds(60);

  private static final int SAVEPOINTS_MAX = 20_000;

  /** Where the data is, and what is known of its description. */
  record Sources(
      KvTransactions transactions,
      CatalogStore catalogs,
      VirtualRelations virtual,
      WallClock wall) {}

  /**
   * What ROLLBACK TO returns to.
   *
   * @param key by which the transaction knows it: names may come twice
   * @param schema null: nothing had been looked at
   */
  private record Savepoint(
      String name, String key, Settings.Snapshot settings, SchemaCatalog.@Nullable Mark schema) {}

  private final Sources sources;
  private final SearchPath searchPath;
  private final Settings settings;
  private final Cancellation cancellation;
  private TransactionStatus status = TransactionStatus.IDLE;
  private boolean implicit;
  private boolean readOnly;
  private boolean expectedAlone;
  private boolean onlyReads;
  private long beganMicros;
  private long savepointsMade;
  private @Nullable KvTransaction kv;
  private @Nullable SchemaCatalog schema;
  private Settings.@Nullable Snapshot before;
  private final Deque<Savepoint> savepoints = new ArrayDeque<>();
  private final List<Runnable> afterCommit = new ArrayList<>();

  TransactionScope(
      Sources sources, SearchPath searchPath, Settings settings, Cancellation cancellation) {
    this.sources = sources;
    this.searchPath = searchPath;
    this.settings = settings;
    this.cancellation = cancellation;
  }

  TransactionStatus status() {
    // An implicit transaction is none to the client.
    return implicit && status == TransactionStatus.ACTIVE ? TransactionStatus.IDLE : status;
  }

  boolean isOpen() {
    return status != TransactionStatus.IDLE;
  }

  boolean isImplicit() {
    return status != TransactionStatus.IDLE && implicit;
  }

  boolean hasFailed() {
    return status == TransactionStatus.FAILED;
  }

  long beganMicros() {
    return beganMicros;
  }

  boolean isReadOnly() {
    return readOnly;
  }

  // --- begin -----------------------------------------------------------------------------------

  /**
   * Says what is coming, while there is no transaction.
   *
   * @param alone whether the next implicit transaction is of one statement, and nothing else
   */
  void expect(boolean alone) {
    expectedAlone = alone;
  }

  /** Whether a statement that begins a transaction now is the only one in it. */
  boolean isAlone() {
    return expectedAlone && status == TransactionStatus.IDLE;
  }

  /**
   * Begins one around a statement that is in none.
   *
   * @param reading whether the statement seems to read only
   */
  void beginImplicit(long nowMicros, boolean reading) {
    begin(nowMicros, true);
    onlyReads = reading && expectedAlone;
  }

  /**
   * The statement does not only read: unless its transaction can do more, it begins anew. Nothing
   * but the catalog has been looked at.
   *
   * @return whether it has begun anew, and the catalog has to be asked for again
   */
  boolean mustChange() {
    if (!onlyReads || readOnly) {
      return false;
    }
    onlyReads = false;
    kv = null;
    schema = null;
    return true;
  }

  /** Whether the statement that is about to begin is all that belongs to the transaction. */
  boolean isOfOneStatement() {
    return isImplicit() && expectedAlone && !hasBegunToWork();
  }

  /** BEGIN. An implicit one that is under way becomes explicit, as in PostgreSQL. */
  void beginExplicit(long nowMicros) {
    if (status == TransactionStatus.IDLE) {
      begin(nowMicros, false);
    }
    implicit = false;
  }

  private void begin(long nowMicros, boolean asImplicit) {
    status = TransactionStatus.ACTIVE;
    implicit = asImplicit;
    onlyReads = false;
    readOnly = settings.isOn("default_transaction_read_only");
    beganMicros = nowMicros;
    before = settings.snapshot();
  }

  void setReadOnly(boolean now) {
    if (!now && readOnly && kv != null) {
      throw new SqlException(
          SqlState.ACTIVE_SQL_TRANSACTION,
          "transaction read-write mode must be set before any query");
    }
    readOnly = now;
  }

  /** What has begun to read cannot read at another time any more. */
  boolean hasBegunToWork() {
    return kv != null;
  }

  /**
   * A read of one key by the newest catalog that is known here, which {@link #confirms} has to
   * confirm; no transaction begins.
   */
  WitnessedRead readOne() {
    return sources.transactions().readOne(CatalogStore.versionKey(), DEADLINE, cancellation);
  }

  /** The newest catalog that is known here. */
  SchemaCatalog assumedSchema(KvTransaction reader) {
    SchemaCatalog assumed =
        SchemaCatalog.assumed(sources.catalogs(), reader, sources.virtual(), searchPath.names());
    assumed.actFor(searchPath.roles().current(), searchPath.roles().session());
    return assumed;
  }

  /**
   * Whether a version of the catalog that was known before a key was read was in force when it was
   * read: versions only rise, and it still was in force afterwards.
   */
  static boolean confirms(WitnessedRead read, long version) {
    return CatalogStore.version(read.witness()) == version;
  }

  /** Lets the transaction read from elsewhere, before it has read any rows. */
  void readFrom(KvTransaction past) {
    if (kv != null) {
      kv.rollback();
    }
    schema = null;
    kv = past;
    readOnly = true;
  }

  KvTransaction kv() {
    KvTransaction open = kv;
    if (open == null) {
      open =
          onlyReads || readOnly
              ? sources.transactions().snapshot(DEADLINE, cancellation)
              : sources.transactions().begin(DEADLINE, cancellation);
      kv = open;
      for (Savepoint savepoint : (Iterable<Savepoint>) savepoints::descendingIterator) {
        open.savepoint(savepoint.key());
      }
    }
    return open;
  }

  /**
   * From now on keys of a span are written by small transactions of their own. To be called before
   * anything is written there, and only where nobody else can look before this transaction commits.
   */
  void writePrivately(KeySpan span) {
    if (!savepoints.isEmpty()) {
      // What is undone with a savepoint has to stay in memory.
      return;
    }
    KvTransaction open = kv();
    PrivateSpans aside;
    if (open instanceof PrivateSpans already) {
      aside = already;
    } else {
      aside =
          new PrivateSpans(open, () -> sources.transactions().begin(SIDE_DEADLINE, cancellation));
      kv = aside;
    }
    if (aside.has(span)) {
      return;
    }
    Garbage.expect(sources.transactions(), open, span, sources.wall());
    aside.add(span);
  }

  /**
   * The catalog as this transaction sees it.
   *
   * @param forChange whether it is about to be changed
   */
  SchemaCatalog schema(boolean forChange) {
    SchemaCatalog open = schema;
    if (open == null) {
      open =
          SchemaCatalog.begin(
              sources.catalogs(), kv(), sources.virtual(), searchPath.names(), forChange);
      schema = open;
    }
    open.setSearchPath(searchPath.names());
    open.actFor(searchPath.roles().current(), searchPath.roles().session());
    return open;
  }

  void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  /**
   * To be asked before a statement.
   *
   * @throws SqlException 25P02 when only ROLLBACK makes sense
   */
  void requireUsable() {
    if (status == TransactionStatus.FAILED) {
      throw new SqlException(
          SqlState.IN_FAILED_SQL_TRANSACTION,
          "current transaction is aborted, commands ignored until end of transaction block");
    }
  }

  // --- end -------------------------------------------------------------------------------------

  /**
   * Commits; afterwards there is no transaction, whatever happened.
   *
   * @throws SqlException when it is not committed, or nobody knows
   */
  void commit() {
    KvTransaction open = kv;
    List<Runnable> actions = List.copyOf(afterCommit);
    try {
      if (open != null) {
        open.commit();
      }
    } catch (SqlException e) {
      restoreSettings();
      throw e;
    } finally {
      forget();
    }
    settings.endLocal();
    actions.forEach(Runnable::run);
  }

  void rollback() {
    KvTransaction open = kv;
    if (open != null) {
      open.rollback();
    }
    if (isOpen()) {
      restoreSettings();
    }
    forget();
  }

  private void restoreSettings() {
    Settings.Snapshot earlier = before;
    if (earlier != null) {
      settings.restore(earlier);
      settings.endLocal();
    }
  }

  private void forget() {
    status = TransactionStatus.IDLE;
    implicit = false;
    kv = null;
    schema = null;
    before = null;
    savepoints.clear();
    afterCommit.clear();
  }

  /** A statement has failed: an implicit transaction ends, an explicit one waits for its end. */
  void failed() {
    if (status == TransactionStatus.IDLE) {
      return;
    }
    if (implicit) {
      rollback();
      return;
    }
    status = TransactionStatus.FAILED;
    if (savepoints.isEmpty() && kv != null) {
      // Nothing of it can be saved: others need not wait for what it holds.
      kv.rollback();
    }
  }

  // --- savepoints ------------------------------------------------------------------------------

  void savepoint(String name) {
    if (savepoints.size() >= SAVEPOINTS_MAX) {
      throw SqlException.of(
          SqlState.PROGRAM_LIMIT_EXCEEDED,
          "a transaction may have %d savepoints at most",
          SAVEPOINTS_MAX);
    }
    SchemaCatalog open = schema;
    var savepoint =
        new Savepoint(
            name, "s" + ++savepointsMade, settings.snapshot(), open == null ? null : open.mark());
    if (kv != null) {
      kv.savepoint(savepoint.key());
    }
    savepoints.push(savepoint);
  }

  void release(String name) {
    Savepoint found = find(name);
    while (savepoints.peek() != found) {
      savepoints.pop();
    }
    savepoints.pop();
    if (kv != null) {
      kv.release(found.key());
    }
  }

  void rollbackTo(String name) {
    Savepoint found = find(name);
    while (savepoints.peek() != found) {
      savepoints.pop();
    }
    if (kv != null) {
      kv.rollbackTo(found.key());
    }
    settings.restore(found.settings());
    SchemaCatalog open = schema;
    if (open != null) {
      SchemaCatalog.Mark mark = found.schema();
      if (mark == null) {
        // What was seen of the catalog may be undone changes of this transaction.
        schema = null;
      } else {
        open.restore(mark);
      }
    }
    status = TransactionStatus.ACTIVE;
  }

  private Savepoint find(String name) {
    for (Savepoint savepoint : savepoints) {
      if (savepoint.name().equals(name)) {
        return savepoint;
      }
    }
    throw SqlException.of(
        SqlState.INVALID_SAVEPOINT_SPECIFICATION, "savepoint \"%s\" does not exist", name);
  }
}
