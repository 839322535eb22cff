package dev.troupe.loadgen.client;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;

/**
 * What a link needs from its client.
 *
 * @param loop the thread on which everything of the link happens
 * @param namespace empty for the default one
 * @param timeout after which an unanswered operation is given up
 * @param endpoints the nodes known by configuration
 */
public record LinkContext(
    EventLoop loop, String namespace, Duration timeout, List<Endpoint> endpoints) {
  public LinkContext {
    endpoints = List.copyOf(endpoints);
  }
}
