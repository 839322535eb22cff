package dev.troupe.follower;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import dev.troupe.store.PeerMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Closes timestamps for those who read from replicas of the ranges that this node leads, and have
 * said so lately: one draw for all ranges, one message for each node. Silent when nobody does. Any
 * thread.
 */
final class ClosedPublisher {
  static final long PERIOD_NANOS = 200_000_000L;

  /** Who has not said so again for so long has lost interest. */
  static final long INTEREST_NANOS = 5_000_000_000L;

  /** A node may follow so many ranges. */
  private static final int RANGES_MAX = 65_536;

  private final FollowerParts parts;
  private final FollowerMetrics metrics;
  private final Map<NodeId, Map<RangeId, Long>> followers = new HashMap<>();
  private boolean running;
  private boolean drawing;
  private @Nullable Round current;

  ClosedPublisher(FollowerParts parts, FollowerMetrics metrics) {
    this.parts = parts;
    this.metrics = metrics;
  }

  /** A node reads from its replicas of ranges. */
  void followed(NodeId by, List<RangeId> ranges) {
    boolean start;
    synchronized (this) {
      Map<RangeId, Long> interest = followers.computeIfAbsent(by, node -> new HashMap<>());
      long until = parts.now() + INTEREST_NANOS;
      for (RangeId range : ranges) {
        if (interest.size() < RANGES_MAX || interest.containsKey(range)) {
          interest.put(range, until);
        }
      }
      start = !running;
      running = true;
    }
    if (start) {
      tick();
    }
  }

  private void tick() {
    Round late;
    synchronized (this) {
      late = current;
      current = null;
      long now = parts.now();
      followers.values().forEach(interest -> interest.values().removeIf(t -> now - t > 0));
      followers.values().removeIf(Map::isEmpty);
      running = !followers.isEmpty();
    }
    if (late != null) {
      late.send();
    }
    synchronized (this) {
      if (!running) {
        return;
      }
    }
    draw();
    parts.node().later().run(PERIOD_NANOS, this::tick);
  }

  private void draw() {
    synchronized (this) {
      if (drawing) {
        return;
      }
      drawing = true;
    }
    parts.timestamps().draw(1, parts.now() + INTEREST_NANOS, this::drawn);
  }

  private void drawn(TimestampSource.Drawn drawn) {
    Round round = null;
    synchronized (this) {
      drawing = false;
      if (drawn instanceof TimestampSource.Drawn.Granted granted) {
        round = new Round(granted.first(), copy());
        current = round;
      }
    }
    if (round != null) {
      round.begin();
    }
  }

  private Map<NodeId, Set<RangeId>> copy() {
    Map<NodeId, Set<RangeId>> copy = new HashMap<>();
    followers.forEach((node, interest) -> copy.put(node, new HashSet<>(interest.keySet())));
    return copy;
  }

  /** One timestamp on its way to all ranges that are followed. */
  private final class Round {
    private final Timestamp at;
    private final Map<NodeId, Set<RangeId>> wanted;
    private final Map<RangeId, PeerMessage.ClosedUpTo.Closed> words = new HashMap<>();
    private final Set<RangeId> missing = new HashSet<>();
    private boolean sent;

    Round(Timestamp at, Map<NodeId, Set<RangeId>> wanted) {
      this.at = at;
      this.wanted = wanted;
      wanted.values().forEach(missing::addAll);
    }

    void begin() {
      for (RangeId range : Set.copyOf(missing)) {
        LocalReplica replica = parts.node().directory().find(range);
        if (replica == null) {
          said(range, null);
        } else {
          replica.actor().tell(new RangeReplica.Close(at, word -> said(range, word)));
        }
      }
    }

    private void said(RangeId range, RangeReplica.@Nullable Closing word) {
      boolean complete;
      synchronized (this) {
        missing.remove(range);
        if (word != null) {
          words.put(range, new PeerMessage.ClosedUpTo.Closed(range, word.term(), word.index()));
        }
        complete = missing.isEmpty();
      }
      if (complete) {
        send();
      }
    }

    /** Sends what has been said so far; what comes later is left to the next round. */
    void send() {
      Map<NodeId, PeerMessage> messages = new HashMap<>();
      synchronized (this) {
        if (sent) {
          return;
        }
        sent = true;
        wanted.forEach(
            (node, ranges) -> {
              var closed = new ArrayList<PeerMessage.ClosedUpTo.Closed>();
              for (RangeId range : ranges) {
                PeerMessage.ClosedUpTo.Closed word = words.get(range);
                if (word != null) {
                  closed.add(word);
                }
              }
              // What is led here knows already.
              if (!closed.isEmpty() && !node.equals(parts.node().self())) {
                messages.put(node, new PeerMessage.ClosedUpTo(at, closed));
              }
            });
      }
      messages.forEach(
          (node, message) -> {
            metrics.onPublish();
            parts.node().peers().send(node, message);
          });
    }
  }
}
