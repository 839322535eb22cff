package dev.troupe.node.trace;

import dev.troupe.protocol.trace.SpanRecord;
import dev.troupe.protocol.trace.TraceContext;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;

/** A span that has ended, as exporters of OpenTelemetry take it. Immutable. */
final class OtlpSpan implements SpanData {
  private static final InstrumentationScopeInfo SCOPE =
      InstrumentationScopeInfo.create("dev.troupe");

  private final SpanRecord span;
  private final Resource resource;
  private final Attributes attributes;

  OtlpSpan(SpanRecord span, Resource resource) {
    this.span = span;
    this.resource = resource;
    AttributesBuilder all = Attributes.builder();
    span.attributes()
        .forEach(
            (name, value) -> {
              if (value instanceof Long number) {
                all.put("troupe." + name, number);
              } else {
                all.put("troupe." + name, value.toString());
              }
            });
    attributes = all.build();
  }

  @Override
  public String getName() {
    return span.name();
  }

  /** What came in from a client or another node, what asks another node, and the rest. */
  @Override
  public SpanKind getKind() {
    if (span.attributes().containsKey(dev.troupe.protocol.trace.Span.TO)) {
      return SpanKind.CLIENT;
    }
    boolean cameIn = span.parentElsewhere() || span.attributes().containsKey(Tracing.DOOR);
    return cameIn ? SpanKind.SERVER : SpanKind.INTERNAL;
  }

  @Override
  public SpanContext getSpanContext() {
    return context(span.context().spanId(), false);
  }

  @Override
  public SpanContext getParentSpanContext() {
    return span.isFirst()
        ? SpanContext.getInvalid()
        : context(TraceContext.hex(span.parent()), span.parentElsewhere());
  }

  private SpanContext context(String spanId, boolean remote) {
    String trace = span.context().traceId();
    return remote
        ? SpanContext.createFromRemoteParent(
            trace, spanId, TraceFlags.getSampled(), TraceState.getDefault())
        : SpanContext.create(trace, spanId, TraceFlags.getSampled(), TraceState.getDefault());
  }

  @Override
  public StatusData getStatus() {
    return span.problem() == null
        ? StatusData.unset()
        : StatusData.create(io.opentelemetry.api.trace.StatusCode.ERROR, span.problem());
  }

  @Override
  public long getStartEpochNanos() {
    return span.startMicros() * 1_000L;
  }

  @Override
  public long getEndEpochNanos() {
    return getStartEpochNanos() + Math.max(0, span.durationNanos());
  }

  @Override
  public boolean hasEnded() {
    return span.hasEnded();
  }

  @Override
  public Attributes getAttributes() {
    return attributes;
  }

  @Override
  public int getTotalAttributeCount() {
    return attributes.size();
  }

  @Override
  public List<EventData> getEvents() {
    return List.of();
  }

  @Override
  public int getTotalRecordedEvents() {
    return 0;
  }

  @Override
  public List<LinkData> getLinks() {
    return List.of();
  }

  @Override
  public int getTotalRecordedLinks() {
    return 0;
  }

  @Override
  public Resource getResource() {
    return resource;
  }

  @Override
  public InstrumentationScopeInfo getInstrumentationScopeInfo() {
    return SCOPE;
  }

  @Override
  @Deprecated
  public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
    return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create("dev.troupe", null);
  }
}
