package dev.troupe.node.http;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Things of one kind that pages show: nodes, ranges, sessions. Each is an object in JSON with an
 * {@code id}. A topic is a path below {@code /api/v1/} and a subject of streams.
 *
 * @param name of the path, the events and the array in the answer
 * @param period how old what is shown may be: however many look, it is gathered once in it
 * @param access who may see it
 */
record Topic(String name, Duration period, Access access, Source source) {
  /** Gathers; runs on a virtual thread and may wait. */
  @FunctionalInterface
  interface Source {
    /**
     * All that there is now.
     *
     * @throws dev.troupe.protocol.error.TroupeException when it cannot be told
     */
    List<Item> items();
  }

  /**
   * One thing.
   *
   * @param json an object, with the id as its field {@code id}
   */
  record Item(String id, String json) {
    /** Writes the object field by field. */
    static Item of(Object id, Json.Content content) throws UncheckedIOException {
      String json = new String(Json.bytes(content), StandardCharsets.UTF_8).trim();
      return new Item(id.toString(), json);
    }
  }
}
