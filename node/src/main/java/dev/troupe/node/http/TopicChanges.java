package dev.troupe.node.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one client has been told of a topic, and so what is news to it: a page that watches two
 * thousand quiet ranges is sent nothing. Used by one thread.
 */
final class TopicChanges {
  private final String topic;
  private final Map<String, String> told = new HashMap<>();
  private boolean first = true;
  private String problem = "";

  TopicChanges(String topic) {
    this.topic = topic;
  }

  /**
   * An event with what has changed: {@code {"full":true,"items":[…]}} the first time, then {@code
   * {"items":[…],"gone":["id",…]}}; null when nothing has.
   */
  @Nullable String news(List<Topic.Item> items) {
    List<Topic.Item> changed = new ArrayList<>();
    Set<String> gone = new LinkedHashSet<>(told.keySet());
    for (Topic.Item item : items) {
      gone.remove(item.id());
      if (!item.json().equals(told.put(item.id(), item.json()))) {
        changed.add(item);
      }
    }
    told.keySet().removeAll(gone);
    boolean healed = !problem.isEmpty();
    if (!first && !healed && changed.isEmpty() && gone.isEmpty()) {
      return null;
    }
    StringBuilder json = new StringBuilder(64 + 256 * changed.size());
    json.append(first ? "{\"full\":true,\"items\":[" : "{\"items\":[");
    TopicBoard.appendAll(json, changed);
    json.append("],\"gone\":[");
    json.append(String.join(",", gone.stream().map(Json::quoted).toList())).append("]}");
    first = false;
    problem = "";
    return EventText.event(topic, json.toString());
  }

  /** An event that says why there is nothing to tell; null when the client knows. */
  @Nullable String trouble(String code, String message) {
    if (problem.equals(message)) {
      return null;
    }
    problem = message;
    return EventText.event(
        "problem",
        "{\"topic\":%s,\"code\":%s,\"message\":%s}"
            .formatted(Json.quoted(topic), Json.quoted(code), Json.quoted(message)));
  }
}
