package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.spi.KvRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetaPublisherTest {
  private final List<KvRequest> sent = new ArrayList<>();
  private final MetaPublisher publisher =
      new MetaPublisher(
          (request, deadline, reply) -> sent.add(request), () -> 0, (delay, task) -> {});

  private void lead(KeySpan span) {
    Membership alone =
        Membership.of(new Member(new ReplicaId(1), new NodeId(1), Member.Role.VOTER));
    publisher.leads(new RangeDescriptor(new RangeId(7), span, 3, alone, 2));
  }

  @Test
  void shouldLookForBordersThatAreNoMoreInsideOfARange() {
    lead(new KeySpan(Key.of("b"), Key.of("d")));
    assertThat(sent).hasAtLeastOneElementOfType(KvRequest.Scan.class);
  }

  @Test
  void shouldKnowThatARangeOfOneKeyHasNoneInside() {
    lead(KeySpan.of(Key.of("b")));
    assertThat(sent).singleElement().isInstanceOf(KvRequest.Get.class);
  }
}
