package dev.troupe.node.grpc;

import java.util.Locale;

/** The operations of the key-value API, as metrics name them. */
public enum KvOperation implements RequestObserver.Operation {
  GET,
  PUT,
  DELETE,
  DELETE_RANGE,
  SCAN,
  BATCH,
  COMPARE_AND_SET;

  private final String label = name().toLowerCase(Locale.ROOT);
  private final String span = "kv." + label;

  @Override
  public String label() {
    return label;
  }

  /** Its name in traces. */
  String span() {
    return span;
  }
}
