package dev.troupe.control;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.ZoneRules;
import dev.troupe.protocol.model.ZoneSettings;
import dev.troupe.protocol.model.Zones;
import dev.troupe.protocol.spi.KvRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What was said about numbers and places of replicas, as records of the system range. Any thread;
 * never blocks; stages fail with {@link TroupeException}.
 */
public final class ZoneBook {
  /** So many spans have rules of their own at most. */
  static final int ZONES_MAX = 10_000;

  private final SystemRecords records;
  private final ZoneSettings around;

  /**
   * Joins the parts.
   *
   * @param replicationFactor what holds where nothing was said
   */
  public ZoneBook(SystemRecords records, int replicationFactor) {
    this.records = records;
    this.around = ZoneSettings.of(replicationFactor);
  }

  public CompletionStage<Zones> all() {
    var zones = new ArrayList<Zones.Zone>();
    return records
        .each(
            Keyspace.ZONES,
            false,
            false,
            ZONES_MAX,
            row -> zones.add(ZoneCodec.decode(Keyspace.startOfZone(row.key()), row.value())))
        .thenApply(done -> new Zones(zones, around))
        .exceptionallyCompose(ZoneBook::readable);
  }

  private static CompletionStage<Zones> readable(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return CompletableFuture.failedStage(
        cause instanceof ByteReader.MalformedBytes
            ? new TroupeException(
                ErrorCode.CORRUPTION, "rules about replicas cannot be read: " + cause.getMessage())
            : failure);
  }

  /** Replaces what was said about exactly this span; {@link ZoneRules#NONE} takes it back. */
  public CompletionStage<Void> set(KeySpan span, ZoneRules rules) {
    var key = Keyspace.zone(span);
    return records.put(
        List.of(
            rules.isEmpty()
                ? new KvRequest.Delete(key)
                : new KvRequest.Put(key, ZoneCodec.encode(span, rules))));
  }
}
