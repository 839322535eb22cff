package dev.troupe.split;

/** Kinds of events in the book of events that are about borders, whoever has made them. */
public final class EventKinds {
  public static final String SPLIT = "range-split";
  public static final String MERGE = "range-merge";

  private EventKinds() {}
}
