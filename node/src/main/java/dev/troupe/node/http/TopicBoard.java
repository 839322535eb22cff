package dev.troupe.node.http;

import dev.troupe.protocol.spi.MonotonicClock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was last gathered of each topic, for everybody who looks. Nothing is gathered while nobody
 * does. Any thread; whoever comes first waits for the cluster, those who come meanwhile for it.
 */
final class TopicBoard {
  private static final class Place {
    private final ReentrantLock gathering = new ReentrantLock();
    private final Topic topic;
    private @Nullable List<Topic.Item> items;
    private long gatheredNanos;

    Place(Topic topic) {
      this.topic = topic;
    }
  }

  private final Map<String, Place> places;
  private final MonotonicClock clock;

  TopicBoard(List<Topic> topics, MonotonicClock clock) {
    this.places =
        topics.stream()
            .map(Place::new)
            .collect(
                Collectors.toUnmodifiableMap(place -> place.topic.name(), Function.identity()));
    this.clock = clock;
  }

  /** Who may see a topic that is known here. */
  Access access(String name) {
    Place place = places.get(name);
    return place == null ? Access.SUPERUSERS : place.topic.access();
  }

  boolean has(String name) {
    return places.containsKey(name);
  }

  /** The names of all topics, in the order of the alphabet. */
  List<String> names() {
    return places.keySet().stream().sorted().toList();
  }

  /**
   * What there is of a topic that is known here, at most its period old.
   *
   * @throws dev.troupe.protocol.error.TroupeException when it cannot be told; asked anew next time
   */
  List<Topic.Item> look(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("no topic " + name);
    }
    place.gathering.lock();
    try {
      List<Topic.Item> items = place.items;
      // Those who come every period would otherwise find it a moment too young every other time.
      long fresh = place.topic.period().toNanos() * 3 / 4;
      if (items == null || clock.nanos() - place.gatheredNanos >= fresh) {
        place.items = null;
        items = List.copyOf(place.topic.source().items());
        place.items = items;
        place.gatheredNanos = clock.nanos();
      }
      return items;
    } finally {
      place.gathering.unlock();
    }
  }

  /** The whole topic as an answer. */
  Answer answer(String name) {
    return answer(name, look(name));
  }

  /** Items of a topic as an answer. */
  static Answer answer(String name, List<Topic.Item> items) {
    StringBuilder json = new StringBuilder(64 + 256 * items.size());
    json.append("{\"").append(name).append("\":[");
    appendAll(json, items);
    return Answer.jsonText(200, json.append("]}\n").toString());
  }

  static void appendAll(StringBuilder json, List<Topic.Item> items) {
    for (int i = 0; i < items.size(); i++) {
      json.append(i == 0 ? "" : ",").append(items.get(i).json());
    }
  }
}
