package dev.troupe.loadgen.client;

/**
 * One established connection to one node. Owned by its lane and used on the lane's event loop only;
 * answers are given there too, never from within {@link #send}. After the link has broken nothing
 * is sent any more.
 */
public interface Link {
  /** Told once when nothing more can be sent, before those in flight learn of it. */
  @FunctionalInterface
  interface BreakListener {
    void onBroken(String why);
  }

  /** Called once, when the owner is ready to be told of the end. */
  void start();

  void send(Operation operation, Outcome.Listener listener);

  int inFlight();

  /** Ends the link; whatever is in flight is answered as of unknown outcome. */
  void close();
}
