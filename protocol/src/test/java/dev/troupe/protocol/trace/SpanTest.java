package dev.troupe.protocol.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanTest {
  private final List<Span> started = new ArrayList<>();
  private final List<Span> ended = new ArrayList<>();
  private long nanos = 5_000;
  private long wall = 1_000_000;
  private long ids;
  private final Tracer tracer =
      new Tracer(
          () -> nanos,
          () -> wall,
          () -> ++ids,
          new SpanSink() {
            @Override
            public void started(Span span) {
              started.add(span);
            }

            @Override
            public void ended(Span span) {
              ended.add(span);
            }
          });

  private List<String> names(List<Span> spans) {
    return spans.stream().map(Span::name).toList();
  }

  @Test
  void shouldCountTheTimeOfSpansOnOneClock() {
    Span first = tracer.first("put");
    nanos += 2_000_000;
    wall -= 77_000_000;
    Span below = first.child("gateway");
    nanos += 3_000_000;
    below.end();
    first.end();

    assertThat(below.record().startMicros()).as("the wall clock jumped").isEqualTo(1_002_000);
    assertThat(below.record().durationNanos()).isEqualTo(3_000_000);
    assertThat(below.record().parent()).isEqualTo(first.context().span());
    assertThat(below.context().traceId()).isEqualTo(first.context().traceId());
    assertThat(first.record().isFirst()).isTrue();
    assertThat(first.record().durationNanos()).isEqualTo(5_000_000);
    assertThat(names(ended)).containsExactly("gateway", "put");
  }

  @Test
  void shouldEndAPhaseWithTheNextOneAndTheLastWithTheWhole() {
    Span whole = tracer.first("range.put");
    Span queue = whole.phase("queue");
    nanos += 10;
    Span commit = whole.phase("commit");
    nanos += 20;
    whole.end();

    assertThat(queue.record().durationNanos()).isEqualTo(10);
    assertThat(commit.record().durationNanos()).isEqualTo(20);
    assertThat(whole.record().durationNanos()).isEqualTo(30);
    assertThat(names(ended)).containsExactly("queue", "commit", "range.put");
  }

  @Test
  void shouldLeaveNoPhaseOpenOfWhatHasEnded() {
    Span whole = tracer.first("range.put");
    whole.end();
    Span late = whole.phase("apply");

    assertThat(late.hasEnded()).isTrue();
    assertThat(late.record().durationNanos()).isZero();
  }

  @Test
  void shouldEndOnceAndStayAsItEnded() {
    Span span = tracer.first("put").with("bytes", 7);
    span.fail("lost");
    nanos += 10;
    span.with("bytes", 8).with("late", "x").fail("again");

    SpanRecord record = span.record();
    assertThat(record.problem()).isEqualTo("lost");
    assertThat(record.durationNanos()).isZero();
    assertThat(record.attributes()).containsOnlyKeys("bytes").containsEntry("bytes", 7L);
    assertThat(ended).hasSize(1);
  }

  @Test
  void shouldShowWhatHasNotEndedAsUnfinished() {
    Span span = tracer.under(new TraceContext(1, 2, 3), "follower.append");

    assertThat(started).containsExactly(span);
    assertThat(span.record().hasEnded()).isFalse();
    assertThat(span.record().parentElsewhere()).isTrue();
    assertThat(span.record().parent()).isEqualTo(3);
    assertThat(span.context().traceHigh()).isEqualTo(1);
    assertThat(span.context().traceLow()).isEqualTo(2);
  }

  @Test
  void shouldBoundWhatIsNoted() {
    Span span = tracer.first("put");
    for (int i = 0; i < 100; i++) {
      span.with("a" + i, "x".repeat(5_000));
    }

    assertThat(span.record().attributes()).hasSize(Span.ATTRIBUTES_MAX);
    assertThat(span.record().attributes().get("a0").toString())
        .hasSize(Span.TEXT_CHARS_MAX + 1)
        .endsWith("…");
  }
}
