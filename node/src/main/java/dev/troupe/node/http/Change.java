package dev.troupe.node.http;

import java.util.Map;

/** What a POST to one path does; runs on a virtual thread and may wait. */
@FunctionalInterface
interface Change {
  /**
   * Carries it out.
   *
   * @param wish the fields of the body's object, as texts
   */
  Answer make(Map<String, String> wish);
}
