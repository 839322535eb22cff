package dev.troupe.cluster;

import dev.troupe.gateway.DescriptorCache;
import dev.troupe.gateway.KvGateway;
import dev.troupe.gateway.MetaPublisher;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.range.Leadership;
import dev.troupe.store.PendingCalls;
import java.util.function.Consumer;

/**
 * Draws the conclusions from what this node's replicas learn about leaders: the gateway asks the
 * new leader at once, and nobody waits long for an old one that is paused or cut off.
 */
public final class LeaderNews implements Consumer<Leadership> {
  /** A leader that handed over in an orderly way answers what it has within this time. */
  private static final long GRACE_NANOS = 500_000_000L;

  private final NodeId self;
  private final DescriptorCache descriptors;
  private final MetaPublisher publisher;
  private final PendingCalls calls;
  private final MonotonicClock clock;
  private final KvGateway.Later later;

  public LeaderNews(
      NodeId self,
      DescriptorCache descriptors,
      MetaPublisher publisher,
      PendingCalls calls,
      MonotonicClock clock,
      KvGateway.Later later) {
    this.self = self;
    this.descriptors = descriptors;
    this.publisher = publisher;
    this.calls = calls;
    this.clock = clock;
    this.later = later;
  }

  @Override
  public void accept(Leadership news) {
    RangeDescriptor descriptor = news.descriptor();
    if (descriptor != null) {
      descriptors.learn(descriptor);
    }
    NodeId before = descriptors.leader(news.range());
    NodeId now = news.leading() ? self : news.leader();
    if (now != null) {
      descriptors.learnLeader(news.range(), now);
    } else if (before != null) {
      descriptors.forgetLeader(news.range(), before);
    }
    if (before != null && !before.equals(now) && !before.equals(self)) {
      long then = clock.nanos();
      later.run(GRACE_NANOS, () -> calls.leaderGone(before, news.range(), then));
    }
    if (news.leading() && descriptor != null) {
      publisher.leads(descriptor);
    } else {
      publisher.leadsNoMore(news.range());
    }
  }
}
