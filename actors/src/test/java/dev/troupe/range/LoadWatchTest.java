package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A leader goes where its requests come from, when they do so clearly and for long enough. */
class LoadWatchTest {
  private static final long SECOND = 1_000_000_000L;
  private static final NodeId TWO = new NodeId(2);
  private static final NodeId THREE = new NodeId(3);

  private final LoadWatch watch = new LoadWatch(20 * SECOND);
  private final LoadOrigins origins = new LoadOrigins();
  private long requests;
  private long now = 77;

  private void ask(NodeId from, long count) {
    requests += count;
    LongStream.range(0, count).forEach(i -> origins.asked(from));
  }

  private @Nullable NodeId after(long seconds) {
    now += seconds * SECOND;
    return watch.look(5, requests, origins.counts(), now);
  }

  @Test
  void shouldFollowWhatComesFromOneNodeForLongEnough() {
    assertThat(after(0)).isNull();
    ask(TWO, 900);
    requests += 300;
    assertThat(after(9)).isNull();
    ask(TWO, 900);
    requests += 300;
    assertThat(after(1)).isNull();
    ask(TWO, 1_400);
    requests += 700;
    assertThat(after(10)).isEqualTo(TWO);
    // It is told again when nothing came of it, not before as long a time.
    ask(TWO, 3_000);
    assertThat(after(10)).isNull();
    ask(TWO, 3_000);
    assertThat(after(10)).isEqualTo(TWO);
  }

  @Test
  void shouldStayWhereAThirdComesFrom() {
    after(0);
    for (int period = 0; period < 5; period++) {
      ask(TWO, 6_600);
      requests += 3_400;
      assertThat(after(10)).isNull();
    }
  }

  @Test
  void shouldStayWhenTheyComeFromHereAndThere() {
    after(0);
    for (int period = 0; period < 6; period++) {
      ask(period % 2 == 0 ? TWO : THREE, 9_000);
      assertThat(after(10)).isNull();
    }
  }

  @Test
  void shouldStayWhenHardlyAnythingComes() {
    after(0);
    for (int period = 0; period < 5; period++) {
      ask(TWO, 999);
      assertThat(after(10)).isNull();
    }
  }

  @Test
  void shouldBeginAnewInAnotherTerm() {
    after(0);
    ask(TWO, 9_000);
    assertThat(after(10)).isNull();
    ask(TWO, 9_000);
    now += 10 * SECOND;
    assertThat(watch.look(6, requests, origins.counts(), now)).isNull();
    ask(TWO, 9_000);
    now += 10 * SECOND;
    assertThat(watch.look(6, requests, origins.counts(), now)).isNull();
    ask(TWO, 9_000);
    now += 10 * SECOND;
    assertThat(watch.look(6, requests, origins.counts(), now)).isEqualTo(TWO);
  }

  @Test
  void shouldNeverMoveWhenToldSo() {
    var never = new LoadWatch(0);
    for (int second = 0; second < 100; second++) {
      ask(TWO, 1_000);
      now += SECOND;
      assertThat(never.look(5, requests, origins.counts(), now)).isNull();
    }
  }

  @Test
  void shouldTellApartSoManyNodesAndCountNoMore() {
    var expected = new HashMap<NodeId, Long>();
    for (int node = 1; node <= LoadOrigins.NODES_MAX + 10; node++) {
      origins.asked(new NodeId(node));
      origins.asked(new NodeId(node));
      if (node <= LoadOrigins.NODES_MAX) {
        expected.put(new NodeId(node), 2L);
      }
    }
    assertThat(origins.counts()).isEqualTo(Map.copyOf(expected));
  }
}
