package dev.troupe.loadgen.client;

import java.time.Duration;
import java.util.List;

/**
 * Whom to talk to and how.
 *
 * @param endpoints nodes to start with, in the order in which they are tried
 * @param connections lanes to open
 * @param threads event loops that share the lanes
 * @param namespace empty for the default one
 * @param timeout after which an unanswered operation is given up
 * @param preferLeader whether to look for the leader and talk to it
 */
public record ClientOptions(
    List<Endpoint> endpoints,
    int connections,
    int threads,
    String namespace,
    Duration timeout,
    boolean preferLeader) {
  public ClientOptions {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("name at least one node");
    }
    if (connections < 1 || threads < 1) {
      throw new IllegalArgumentException("at least one connection and one thread are needed");
    }
  }
}
