package dev.troupe.cluster;

import dev.troupe.control.ZoneBook;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks the system range and all nodes what there is. Any thread; never blocks. */
final class ClusterLook {
  private static final long PATIENCE_NANOS = 5_000_000_000L;
  private static final int NODES_MAX = 10_000;

  private final KvClient kv;
  private final Standings standings;
  private final ZoneBook zones;
  private final StoreDescriber describer;
  private final MonotonicClock clock;

  ClusterLook(
      KvClient kv,
      Standings standings,
      ZoneBook zones,
      StoreDescriber describer,
      MonotonicClock clock) {
    this.kv = kv;
    this.standings = standings;
    this.zones = zones;
    this.describer = describer;
    this.clock = clock;
  }

  /** Everything; fails with {@code TroupeException} when the system range cannot be reached. */
  CompletionStage<PlacementSight.Told> everything() {
    var stores = describer.all();
    var said = zones.all();
    return records()
        .thenCombine(
            standings.all(),
            (records, all) ->
                stores.thenCombine(
                    said, (told, rules) -> new PlacementSight.Told(records, all, told, rules)))
        .thenCompose(told -> told);
  }

  /** What nodes have written about themselves. */
  CompletionStage<List<NodeRecord>> records() {
    var records = new CompletableFuture<List<NodeRecord>>();
    kv.send(
        new KvRequest.Scan(Keyspace.NODES, NODES_MAX, 16 << 20, false, false, null),
        clock.nanos() + PATIENCE_NANOS,
        response -> {
          switch (response) {
            case KvResponse.Page page ->
                records.complete(
                    page.rows().stream().map(row -> NodeRecord.decode(row.value())).toList());
            case KvResponse.Failed failed -> records.completeExceptionally(failed.toException());
            default ->
                records.completeExceptionally(
                    new IllegalStateException("a scan was answered by " + response));
          }
        });
    return records;
  }
}
