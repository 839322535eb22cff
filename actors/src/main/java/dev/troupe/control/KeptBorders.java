package dev.troupe.control;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Borders of ranges that were made by hand, as records of the system range: they stay until
 * somebody lifts them. Any thread; never blocks; stages fail with {@code TroupeException}.
 */
public final class KeptBorders {
  private static final int FORMAT = 1;

  /** So many are lifted by one write. */
  private static final int LIFTED_AT_ONCE = 256;

  private final SystemRecords records;

  public KeptBorders(SystemRecords records) {
    this.records = records;
  }

  /** From now on a key stays a border, once it is one. */
  public CompletionStage<Void> keep(Key border) {
    byte[] value = new ByteWriter(1).putByte(FORMAT).toBytes();
    return records.put(List.of(new KvRequest.Put(Keyspace.border(border), value)));
  }

  /** From now on a key is a border like any other. */
  public CompletionStage<Void> lift(Key border) {
    return records.put(List.of(new KvRequest.Delete(Keyspace.border(border))));
  }

  /**
   * Lifts all that are in a span.
   *
   * @return how many there were
   */
  public CompletionStage<Integer> lift(KeySpan span) {
    return in(span).thenCompose(found -> lift(List.copyOf(found), 0));
  }

  private CompletionStage<Integer> lift(List<Key> borders, int from) {
    if (from == borders.size()) {
      return CompletableFuture.completedStage(borders.size());
    }
    int to = Math.min(borders.size(), from + LIFTED_AT_ONCE);
    var writes = new ArrayList<KvRequest.Write>();
    borders
        .subList(from, to)
        .forEach(border -> writes.add(new KvRequest.Delete(Keyspace.border(border))));
    return records.put(writes).thenCompose(done -> lift(borders, to));
  }

  /** All of them. */
  public CompletionStage<Set<Key>> all() {
    return in(KeySpan.ALL);
  }

  private CompletionStage<Set<Key>> in(KeySpan span) {
    var found = new TreeSet<Key>();
    Key end = span.end().equals(Key.MAX) ? Keyspace.BORDERS.end() : Keyspace.border(span.end());
    return records
        .each(
            new KeySpan(Keyspace.border(span.start()), end),
            false,
            false,
            Long.MAX_VALUE,
            row -> {
              var in = new ByteReader(row.value());
              int format = in.readByte();
              if (format != FORMAT) {
                throw new ByteReader.MalformedBytes(
                    "a border of format " + format + " is not known");
              }
              in.requireEnd();
              found.add(Keyspace.borderOf(row.key()));
            })
        .thenApply(done -> found);
  }
}
