package dev.troupe.node.demo;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What can be done to a node of a demo. Their names in lower case are sent. */
public enum DemoDeed {
  /** Ends the process at once, as by {@code kill -9}; its data stay. */
  KILL,
  /** Starts a process that was killed, on its data. */
  START,
  /** Stops the process without ending it ({@code SIGSTOP}): it is silent, and keeps its ports. */
  PAUSE,
  /** Lets a stopped process go on ({@code SIGCONT}). */
  RESUME,
  /** Loses everything that the node sends to others or gets from them, but for who is a member. */
  ISOLATE,
  /** Ends that. */
  RECONNECT;

  /** As it is sent. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Null when there is none of that name. */
  public static @Nullable DemoDeed of(String word) {
    for (DemoDeed deed : values()) {
      if (deed.word().equals(word)) {
        return deed;
      }
    }
    return null;
  }
}
