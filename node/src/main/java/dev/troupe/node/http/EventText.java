package dev.troupe.node.http;

/** The text of server-sent events. */
final class EventText {
  /** Keeps a connection: clients see nothing of it. */
  static final String BREATH = ":\n\n";

  private EventText() {}

  /**
   * One event.
   *
   * @param data without line breaks, as JSON is written here
   */
  static String event(String name, String data) {
    if (data.indexOf('\n') >= 0 || data.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("a line break would end the event " + name);
    }
    return "event: " + name + "\ndata: " + data + "\n\n";
  }

  /** Tells the client when to come again after the stream has ended. */
  static String retry(long millis) {
    return "retry: " + millis + "\n\n";
  }
}
