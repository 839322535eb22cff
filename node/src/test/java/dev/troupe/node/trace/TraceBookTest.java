package dev.troupe.node.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.config.NodeSettings;
import dev.troupe.protocol.trace.Span;
import dev.troupe.protocol.trace.TraceContext;
import dev.troupe.protocol.trace.TraceParent;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceBookTest {
  private static final NodeSettings.Tracing ASKED =
      new NodeSettings.Tracing(true, 0, 3, 2, 4, null);
  private static final NodeSettings.Tracing ALL = new NodeSettings.Tracing(true, 1, 3, 2, 4, null);

  private long nanos = 1_000_000_000;
  private long random = 1;

  private Tracing tracing(NodeSettings.Tracing settings) {
    return Tracing.of(settings, () -> nanos, () -> nanos / 1_000_000, bound -> ++random % bound);
  }

  private Span run(Tracing tracing, String name, long micros) {
    Span span = tracing.begin(name, "grpc", null);
    span.child("gateway").end();
    nanos += micros * 1_000;
    span.end();
    return span;
  }

  private static List<String> names(Tracing tracing) {
    return tracing.book().seen().stream().map(seen -> seen.first().name()).toList();
  }

  @Test
  void shouldKeepTheLatestAndOfThoseBeforeTheSlowest() {
    Tracing tracing = tracing(ALL);
    run(tracing, "slow", 5_000);
    for (int i = 0; i < 10; i++) {
      run(tracing, "quick" + i, 10 + i);
    }
    run(tracing, "slower", 9_000);
    for (int i = 0; i < 10; i++) {
      run(tracing, "again" + i, 20 + i);
    }

    assertThat(names(tracing)).containsExactly("again9", "again8", "again7", "slower", "slow");
    assertThat(tracing.book().size()).isEqualTo(5);
    assertThat(tracing.book().seen().get(3).slow()).isTrue();
    assertThat(tracing.book().seen().get(2).slow()).isFalse();
  }

  @Test
  void shouldBoundTheSpansOfATraceAndCountTheRest() {
    Tracing tracing = tracing(ALL);
    Span span = tracing.begin("kv.put", "grpc", null);
    for (int i = 0; i < 10; i++) {
      span.child("call");
    }

    TraceBook.Seen seen = tracing.book().seen().getFirst();
    assertThat(seen.spans()).isEqualTo(4);
    assertThat(seen.dropped()).isEqualTo(7);
    assertThat(tracing.book().part(seen.id())).hasSize(4);
  }

  @Test
  void shouldDoAsClientsSayAndElseByChance() {
    var context = new TraceContext(1, 2, 3);
    assertThat(tracing(ALL).begin("kv.put", "grpc", new TraceParent(context, false))).isNull();
    assertThat(tracing(ALL).begin("kv.put", "grpc", null)).isNotNull();
    assertThat(tracing(ASKED).begin("kv.put", "grpc", null)).isNull();
    Span asked = tracing(ASKED).begin("kv.put", "grpc", new TraceParent(context, true));
    assertThat(asked.record().parent()).isEqualTo(3);
    assertThat(asked.context().traceId()).isEqualTo(context.traceId());

    Tracing some = tracing(new NodeSettings.Tracing(true, 0.25, 3, 2, 4, null));
    random = (1L << 38) - 2;
    assertThat(some.begin("kv.put", "grpc", null)).as("below a quarter of 2^40").isNotNull();
    assertThat(some.begin("kv.put", "grpc", null)).as("not below").isNull();
  }

  @Test
  void shouldNotExistWhereItIsOff() {
    assertThat(tracing(new NodeSettings.Tracing(false, 1, 3, 2, 4, null))).isNull();
  }

  @Test
  void shouldOnlyListWhatCameInAtADoorHere() {
    Tracing tracing = tracing(ALL);
    Span elsewhere = tracing.tracer().under(new TraceContext(1, 2, 3), "range.put");

    assertThat(tracing.book().seen()).isEmpty();
    assertThat(tracing.book().part(TraceId.of(elsewhere.context()))).hasSize(1);
  }

  @Test
  void shouldReadNamesOfTraces() {
    TraceId id = new TraceId(-1, 2);
    assertThat(TraceId.parse(id.toString())).isEqualTo(id);
    assertThat(TraceId.parse("")).isNull();
    assertThat(TraceId.parse(id.toString().toUpperCase(java.util.Locale.ROOT))).isNull();
  }
}
