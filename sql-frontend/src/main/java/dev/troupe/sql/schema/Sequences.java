package dev.troupe.sql.schema;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.kv.KvTransactions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values of sequences for one session. They are taken by transactions of their own, so that nobody
 * waits for a session that holds one and no rollback brings one back. A sequence that the session's
 * own transaction has made is the exception: nobody else can see it, and it goes with it.
 *
 * <p>A statement that asks often takes more and more values at once, and gives back at its end what
 * it has not used, unless others have gone on meanwhile: then there is a gap.
 */
public final class Sequences {
  private static final int BLOCK_MAX = 256;
  private static final int ATTEMPTS_MAX = 20;
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final KvTransactions transactions;
  private final Map<Long, Long> lastOf = new HashMap<>();
  private final Map<Long, Block> blocks = new HashMap<>();
  private @Nullable Long lastSequence;

  public Sequences(KvTransactions transactions) {
    this.transactions = transactions;
  }

  /** How far a sequence has come; {@code last} is the next value as long as none was called. */
  public record Position(long last, boolean called) {
    byte[] toBytes() {
      return new ByteWriter(9).putLong(last).putBoolean(called).toBytes();
    }

    static Position of(byte @Nullable [] bytes, SequenceDescriptor sequence) {
      if (bytes == null) {
        return new Position(sequence.start(), false);
      }
      ByteReader in = new ByteReader(bytes);
      return new Position(in.readLong(), in.readBoolean());
    }
  }

  /** Values that were taken and not given out yet. */
  private static final class Block {
    private final SequenceDescriptor sequence;
    private long next;
    private int left;
    private int size;

    private Block(SequenceDescriptor sequence, long next, int left) {
      this.sequence = sequence;
      this.next = next;
      this.left = left;
      this.size = left;
    }

    private long take() {
      long value = next;
      left--;
      if (left > 0) {
        next += sequence.increment();
      }
      return value;
    }
  }

  public long next(SchemaCatalog catalog, long id) {
    SequenceDescriptor sequence = sequence(catalog, id);
    Block block = blocks.get(id);
    if (block == null || block.left == 0 || !block.sequence.equals(sequence)) {
      block = takeBlock(catalog, sequence, wanted(block, sequence));
      blocks.put(id, block);
    }
    long value = block.take();
    lastOf.put(id, value);
    lastSequence = id;
    return value;
  }

  public long current(SchemaCatalog catalog, long id) {
    SequenceDescriptor sequence = sequence(catalog, id);
    Long last = lastOf.get(id);
    if (last == null) {
      throw SqlException.of(
          SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
          "currval of sequence \"%s\" is not yet defined in this session",
          sequence.name());
    }
    return last;
  }

  /** The sequence that gave the latest value; null: none did. */
  public @Nullable Long lastSequence() {
    return lastSequence;
  }

  public long last(SchemaCatalog catalog) {
    Long id = lastSequence;
    Long last = id == null || catalog.relation(id) == null ? null : lastOf.get(id);
    if (last == null) {
      throw new SqlException(
          SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "lastval is not yet defined in this session");
    }
    return last;
  }

  /** As {@code setval}; does not wait for the session's transaction to end. */
  public long set(SchemaCatalog catalog, long id, long value, boolean called) {
    SequenceDescriptor sequence = sequence(catalog, id);
    if (value < sequence.minimum() || value > sequence.maximum()) {
      throw SqlException.of(
          SqlState.NUMERIC_VALUE_OUT_OF_RANGE,
          "setval: value %d is out of bounds for sequence \"%s\" (%d..%d)",
          value,
          sequence.name(),
          sequence.minimum(),
          sequence.maximum());
    }
    blocks.remove(id);
    inOwnTransaction(
        catalog,
        sequence,
        transaction -> {
          transaction.put(CatalogKeys.position(id), new Position(value, called).toBytes());
          return null;
        });
    if (called) {
      lastOf.put(id, value);
      lastSequence = id;
    }
    return value;
  }

  /** How far a sequence has come, as the session's transaction sees it. */
  public static Position position(KvTransaction transaction, SequenceDescriptor sequence) {
    return Position.of(transaction.get(CatalogKeys.position(sequence.id()), Lock.NONE), sequence);
  }

  /**
   * Gives back what a statement that went well has taken and not used. Values that a CACHE asks for
   * stay.
   */
  public void endStatement(SchemaCatalog catalog) {
    if (blocks.isEmpty()) {
      return;
    }
    blocks
        .values()
        .removeIf(
            block -> {
              SequenceDescriptor sequence = block.sequence;
              boolean ends = sequence.cache() == 1 || catalog.isOwn(sequence.id());
              if (ends && block.left > 0) {
                giveBack(catalog, block);
              }
              return ends;
            });
  }

  /** A statement has failed, and with it maybe the transaction: what it took leaves a gap. */
  public void abandonStatement() {
    blocks.values().removeIf(block -> block.sequence.cache() == 1);
  }

  /** DISCARD SEQUENCES. */
  public void discard() {
    lastOf.clear();
    blocks.clear();
    lastSequence = null;
  }

  private void giveBack(SchemaCatalog catalog, Block block) {
    SequenceDescriptor sequence = block.sequence;
    long end = block.next + (block.left - 1) * sequence.increment();
    inOwnTransaction(
        catalog,
        sequence,
        transaction -> {
          byte[] bytes = transaction.get(CatalogKeys.position(sequence.id()), Lock.WAIT);
          if (Position.of(bytes, sequence).equals(new Position(end, true))) {
            Position back = new Position(block.next, false);
            transaction.put(CatalogKeys.position(sequence.id()), back.toBytes());
          }
          return null;
        });
  }

  private static int wanted(@Nullable Block last, SequenceDescriptor sequence) {
    int grown = last == null ? 1 : Math.min(BLOCK_MAX, last.size * 2);
    return (int) Math.min(Integer.MAX_VALUE, Math.max(sequence.cache(), grown));
  }

  private Block takeBlock(SchemaCatalog catalog, SequenceDescriptor sequence, int wanted) {
    return inOwnTransaction(
        catalog,
        sequence,
        transaction -> {
          byte[] bytes = transaction.get(CatalogKeys.position(sequence.id()), Lock.WAIT);
          long first = first(sequence, Position.of(bytes, sequence));
          int count = available(sequence, first, wanted);
          long end = first + (count - 1) * sequence.increment();
          transaction.put(CatalogKeys.position(sequence.id()), new Position(end, true).toBytes());
          return new Block(sequence, first, count);
        });
  }

  private static long first(SequenceDescriptor sequence, Position position) {
    if (!position.called()) {
      return position.last();
    }
    boolean ascending = sequence.increment() > 0;
    long limit = ascending ? sequence.maximum() : sequence.minimum();
    boolean ended =
        ascending
            ? position.last() > limit - sequence.increment()
            : position.last() < limit - sequence.increment();
    boolean overflows =
        ascending ? limit - sequence.increment() > limit : limit - sequence.increment() < limit;
    if (!ended && !overflows) {
      return position.last() + sequence.increment();
    }
    if (sequence.cycle()) {
      return ascending ? sequence.minimum() : sequence.maximum();
    }
    throw SqlException.of(
        SqlState.SEQUENCE_GENERATOR_LIMIT_EXCEEDED,
        "nextval: reached %s value of sequence \"%s\" (%d)",
        ascending ? "maximum" : "minimum",
        sequence.name(),
        limit);
  }

  private static int available(SequenceDescriptor sequence, long first, int wanted) {
    int count = 1;
    long value = first;
    boolean ascending = sequence.increment() > 0;
    while (count < wanted) {
      long next = value + sequence.increment();
      boolean inside =
          ascending
              ? next > value && next <= sequence.maximum()
              : next < value && next >= sequence.minimum();
      if (!inside) {
        break;
      }
      value = next;
      count++;
    }
    return count;
  }

  private <T extends @Nullable Object> T inOwnTransaction(
      SchemaCatalog catalog, SequenceDescriptor sequence, Function<KvTransaction, T> work) {
    if (catalog.isOwn(sequence.id())) {
      return work.apply(catalog.transaction());
    }
    for (int attempt = 1; ; attempt++) {
      KvTransaction transaction = transactions.begin(DEADLINE);
      try {
        T result = work.apply(transaction);
        transaction.commit();
        return result;
      } catch (SqlException e) {
        transaction.rollback();
        if (e.state() != SqlState.SERIALIZATION_FAILURE || attempt == ATTEMPTS_MAX) {
          throw e;
        }
      }
    }
  }

  private static SequenceDescriptor sequence(SchemaCatalog catalog, long id) {
    Relation relation = catalog.relation(id);
    if (relation instanceof SequenceDescriptor sequence) {
      return sequence;
    }
    throw relation == null
        ? SqlException.of(SqlState.UNDEFINED_TABLE, "could not open relation with OID %d", id)
        : SqlException.of(SqlState.WRONG_OBJECT_TYPE, "\"%s\" is not a sequence", relation.name());
  }

  static SequenceDescriptor withStart(SequenceDescriptor s, long start) {
    return new SequenceDescriptor(
        s.id(),
        s.schema(),
        s.name(),
        s.version(),
        s.owner(),
        s.type(),
        start,
        s.increment(),
        s.minimum(),
        s.maximum(),
        s.cache(),
        s.cycle(),
        s.ownerTable(),
        s.ownerColumn());
  }

  static SequenceDescriptor withOwner(SequenceDescriptor s, long table, int column) {
    return new SequenceDescriptor(
        s.id(),
        s.schema(),
        s.name(),
        s.version() + 1,
        s.owner(),
        s.type(),
        s.start(),
        s.increment(),
        s.minimum(),
        s.maximum(),
        s.cache(),
        s.cycle(),
        table,
        column);
  }

  static SequenceDescriptor withName(SequenceDescriptor s, ObjectName name, String role) {
    return new SequenceDescriptor(
        s.id(),
        name.schema(),
        name.name(),
        s.version() + 1,
        role,
        s.type(),
        s.start(),
        s.increment(),
        s.minimum(),
        s.maximum(),
        s.cache(),
        s.cycle(),
        s.ownerTable(),
        s.ownerColumn());
  }
}
