package dev.troupe.transport;

import java.net.ConnectException;

/** Tells a port that nobody listens on from a machine that cannot be reached. */
public final class Refusal {
  private Refusal() {}

  /**
   * Whether a failure to connect means that the machine is there and refused. Java has one
   * exception for that and for "no route"; only the text tells.
   */
  public static boolean is(Throwable failure) {
    String message = failure.getMessage();
    return failure instanceof ConnectException && message != null && message.contains("refused");
  }
}
