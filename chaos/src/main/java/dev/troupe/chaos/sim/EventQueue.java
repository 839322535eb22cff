package dev.troupe.chaos.sim;

import java.util.PriorityQueue;

/** Virtual time: events in order of time, and of scheduling within one moment. One thread. */
public final class EventQueue {
  private record Event(long at, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>(256);
  private long now;
  private long scheduled;

  /** Nanoseconds since the simulation began. */
  public long now() {
    return now;
  }

  public void after(long delayNanos, Runnable action) {
    events.add(new Event(now + Math.max(delayNanos, 0), scheduled++, action));
  }

  /** Carries out the next event; false when nothing is left to happen before the end. */
  public boolean runNext(long end) {
    Event event = events.peek();
    if (event == null || event.at() > end) {
      now = Math.max(now, end);
      return false;
    }
    events.poll();
    now = event.at();
    event.action().run();
    return true;
  }
}
