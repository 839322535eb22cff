package dev.troupe.gateway;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.KvRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What a node believes about ranges and their leaders. Hints only: a replica that is asked wrongly
 * says so, and the cache learns. Any thread.
 */
public final class DescriptorCache {
  private final ConcurrentNavigableMap<Key, RangeDescriptor> byStart =
      new ConcurrentSkipListMap<>();
  private final Map<RangeId, NodeId> leaders = new ConcurrentHashMap<>();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  /** The range believed to hold a key; null when none is. */
  public @Nullable RangeDescriptor holding(Key key) {
    Map.Entry<Key, RangeDescriptor> entry = byStart.floorEntry(key);
    return counted(entry != null && entry.getValue().span().contains(key) ? entry : null);
  }

  /** The range believed to hold the keys just below an exclusive end; null when none is. */
  public @Nullable RangeDescriptor holdingBelow(Key end) {
    Map.Entry<Key, RangeDescriptor> entry = byStart.lowerEntry(end);
    boolean holds = entry != null && end.compareTo(entry.getValue().span().end()) <= 0;
    return counted(holds ? entry : null);
  }

  /** The range believed to serve a request; null when none is. */
  public @Nullable RangeDescriptor serving(KvRequest request) {
    return request instanceof KvRequest.Scan scan && scan.reverse()
        ? holdingBelow(scan.span().end())
        : holding(request.routingKey());
  }

  /** Where ranges are believed to begin behind a span's start, in order; the first {@code max}. */
  public List<Key> borders(KeySpan span, int max) {
    return byStart.subMap(span.start(), false, span.end(), false).keySet().stream()
        .limit(max)
        .toList();
  }

  private @Nullable RangeDescriptor counted(Map.@Nullable Entry<Key, RangeDescriptor> entry) {
    (entry == null ? misses : hits).increment();
    return entry == null ? null : entry.getValue();
  }

  /** Takes a descriptor over unless something newer is known of its keys. */
  public synchronized void learn(RangeDescriptor descriptor) {
    Key from = byStart.floorKey(descriptor.span().start());
    var near = byStart.subMap(from == null ? Key.MIN : from, descriptor.span().end());
    var older = new ArrayList<RangeDescriptor>();
    for (RangeDescriptor known : near.values()) {
      if (!known.span().overlaps(descriptor.span())) {
        continue;
      }
      // Across ranges, too: what a split makes is newer than what it was made of.
      if (known.generation() > descriptor.generation()) {
        return;
      }
      older.add(known);
    }
    // The new one first: whoever asks meanwhile must not find nothing and look it up, which a node
    // that is cut off cannot.
    Key start = descriptor.span().start();
    byStart.put(start, descriptor);
    for (RangeDescriptor known : older) {
      if (!known.span().start().equals(start)) {
        byStart.remove(known.span().start(), known);
      }
    }
  }

  /** Forgets a descriptor that turned out wrong, if it is still what is believed. */
  public void forget(RangeDescriptor wrong) {
    byStart.remove(wrong.span().start(), wrong);
    leaders.remove(wrong.id());
  }

  public @Nullable NodeId leader(RangeId range) {
    return leaders.get(range);
  }

  public void learnLeader(RangeId range, NodeId node) {
    leaders.put(range, node);
  }

  public void forgetLeader(RangeId range, NodeId node) {
    leaders.remove(range, node);
  }

  /** Forgets that anything is led from a node. */
  public void nodeLost(NodeId node) {
    leaders.values().removeIf(node::equals);
  }

  public long hits() {
    return hits.sum();
  }

  public long misses() {
    return misses.sum();
  }
}
