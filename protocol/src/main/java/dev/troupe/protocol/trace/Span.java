package dev.troupe.protocol.trace;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that a node does for a traced request, from its begin to its end. Whoever has begun a
 * span sees to it that it ends; one that does not is shown as unfinished. Any thread; calls after
 * the end change nothing.
 */
public final class Span {
  /** So many attributes may a span have; more are dropped. */
  public static final int ATTRIBUTES_MAX = 12;

  /** Longer texts are cut. */
  public static final int TEXT_CHARS_MAX = 1_000;

  /** Set on spans that nobody waits for: however long they take, they are not what was slow. */
  public static final String BACKGROUND = "background";

  /** Set on spans that ask another node for something: its number. */
  public static final String TO = "to";

  private final Tracer tracer;
  private final TraceContext context;
  private final long parent;
  private final boolean parentElsewhere;
  private final String name;
  private final long startNanos;
  private final long offsetNanos;
  private final Map<String, Object> attributes = new LinkedHashMap<>(4);
  private @Nullable Span phase;
  private @Nullable String problem;
  private long endNanos;
  private boolean ended;

  /**
   * @param offsetNanos from the monotonic clock to the wall's
   */
  Span(
      Tracer tracer,
      TraceContext context,
      long parent,
      boolean parentElsewhere,
      String name,
      long startNanos,
      long offsetNanos) {
    this.tracer = tracer;
    this.context = context;
    this.parent = parent;
    this.parentElsewhere = parentElsewhere;
    this.name = name;
    this.startNanos = startNanos;
    this.offsetNanos = offsetNanos;
  }

  /** What a request to another node carries, so that this span is the parent there. */
  public TraceContext context() {
    return context;
  }

  public String name() {
    return name;
  }

  /** Begins a span under this one. */
  public Span child(String childName) {
    return child(childName, tracer.now());
  }

  /**
   * Begins a span under this one, of something that began before.
   *
   * @param sinceNanos on the node's monotonic clock
   */
  public Span child(String childName, long sinceNanos) {
    var below = new TraceContext(context.traceHigh(), context.traceLow(), tracer.newId());
    return tracer.begin(
        new Span(tracer, below, context.span(), false, childName, sinceNanos, offsetNanos));
  }

  /**
   * Begins the next of the parts that this span consists of, one after the other: the one before
   * ends, and the last one ends with this span.
   */
  public Span phase(String phaseName) {
    Span next = child(phaseName);
    Span over;
    synchronized (this) {
      // Of what has ended nothing goes on: the phase is noted, and has no length.
      over = ended ? next : phase;
      phase = ended ? null : next;
    }
    if (over != null) {
      over.endAt(next.startNanos);
    }
    return next;
  }

  public Span with(String attribute, long value) {
    return set(attribute, value);
  }

  public Span with(String attribute, String value) {
    return set(
        attribute,
        value.length() <= TEXT_CHARS_MAX ? value : value.substring(0, TEXT_CHARS_MAX) + "…");
  }

  private synchronized Span set(String attribute, Object value) {
    if (!ended && (attributes.size() < ATTRIBUTES_MAX || attributes.containsKey(attribute))) {
      attributes.put(attribute, value);
    }
    return this;
  }

  public void end() {
    endAt(tracer.now());
  }

  /** Ends with a failure; of those inside of it the first is the reason. */
  public void fail(String why) {
    synchronized (this) {
      if (!ended && problem == null) {
        problem = why.length() <= TEXT_CHARS_MAX ? why : why.substring(0, TEXT_CHARS_MAX) + "…";
      }
    }
    end();
  }

  /**
   * Ends it as of a moment.
   *
   * @param nanos on the node's monotonic clock
   */
  public void endAt(long nanos) {
    Span open;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      endNanos = nanos;
      open = phase;
      phase = null;
    }
    if (open != null) {
      open.endAt(nanos);
    }
    tracer.ended(this);
  }

  public synchronized boolean hasEnded() {
    return ended;
  }

  /** When it has ended, on the node's monotonic clock; now, when it has not. */
  public synchronized long endNanos() {
    return ended ? endNanos : tracer.now();
  }

  /** What is known of it now. */
  public synchronized SpanRecord record() {
    return new SpanRecord(
        context,
        parent,
        parentElsewhere,
        name,
        Math.floorDiv(startNanos + offsetNanos, 1_000L),
        ended ? Math.max(0, endNanos - startNanos) : -1,
        Collections.unmodifiableMap(new LinkedHashMap<>(attributes)),
        problem);
  }
}
