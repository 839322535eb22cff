package dev.troupe.cluster;

import dev.troupe.control.ZoneBook;
import dev.troupe.protocol.codec.JsonFields;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.ZoneRules;
import dev.troupe.protocol.model.Zones;
import dev.troupe.protocol.spi.ClusterAdmin.SplitResult;
import dev.troupe.protocol.spi.ClusterEvents;
import dev.troupe.protocol.spi.ClusterZones;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Takes what operators say about replicas: makes the borders of a zone borders of ranges, and
 * writes it down. Any thread; never blocks.
 */
final class ZoneOrders implements ClusterZones {
  private final ZoneBook book;
  private final Function<Key, CompletionStage<SplitResult>> split;
  private final ClusterEvents events;

  ZoneOrders(
      ZoneBook book, Function<Key, CompletionStage<SplitResult>> split, ClusterEvents events) {
    this.book = book;
    this.split = split;
    this.events = events;
  }

  @Override
  public CompletionStage<Zones> all() {
    return book.all();
  }

  @Override
  public CompletionStage<Void> set(KeySpan span, ZoneRules rules) {
    if (rules.isEmpty()) {
      return book.set(span, rules).thenAccept(done -> tell(span, rules));
    }
    return all()
        .thenCompose(
            zones -> {
              // Leaders bring new ranges up to that number without knowing of zones.
              int least = zones.around().replicas();
              if (rules.replicas() != null && rules.replicas() < least) {
                return CompletableFuture.failedFuture(
                    new TroupeException(
                        ErrorCode.INVALID_ARGUMENT,
                        "the ranges of this cluster have at least "
                            + least
                            + " replicas (troupe.replication-factor), so not "
                            + rules.replicas()));
              }
              return border(span.start())
                  .thenCompose(start -> border(span.end()))
                  .thenCompose(end -> book.set(span, rules))
                  .thenAccept(done -> tell(span, rules));
            });
  }

  private CompletionStage<?> border(Key key) {
    return key.equals(Key.MIN) || key.equals(Key.MAX)
        ? CompletableFuture.completedStage(null)
        : split.apply(key);
  }

  private void tell(KeySpan span, ZoneRules rules) {
    events.append(
        "zone-configured",
        null,
        null,
        rules.isEmpty()
            ? "what was said about replicas of " + span + " was taken back"
            : "replicas of " + span + " follow other rules",
        new JsonFields()
            .put("start", span.start())
            .put("end", span.end())
            .put("replicas", String.valueOf(rules.replicas()))
            .put("constraints", String.valueOf(rules.constraints()))
            .put("leader-preferences", String.valueOf(rules.leaderPreferences()))
            .toString());
  }
}
