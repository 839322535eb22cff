package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.ZoneRules;
import dev.troupe.protocol.model.Zones;
import java.util.concurrent.CompletionStage;

/**
 * How many replicas spans of keys should have, and where: placement acts by it. Any thread; never
 * blocks; stages fail with {@code TroupeException}.
 */
public interface ClusterZones {
  /** All that was said, as of one moment. */
  CompletionStage<Zones> all();

  /**
   * Says something about a span, or takes back what was said ({@link ZoneRules#NONE}). Completes
   * when the span's borders are borders of ranges and the rules are durable; ranges follow them
   * later.
   *
   * @param span everything with a common prefix, so that spans lie within each other or apart
   */
  CompletionStage<Void> set(KeySpan span, ZoneRules rules);
}
