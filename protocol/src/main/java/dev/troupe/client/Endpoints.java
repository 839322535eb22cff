package dev.troupe.client;

import io.grpc.ManagedChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The nodes to talk to. All callers talk to the same one until somebody finds it gone; then to the
 * next. Any thread.
 */
final class Endpoints implements AutoCloseable {
  private static final long CLOSE_MILLIS = 2_000;

  private final List<String> addresses;
  private final List<ManagedChannel> channels;
  private final AtomicInteger current = new AtomicInteger();

  /** One of the nodes. */
  record Endpoint(int turn, String address, ManagedChannel channel) {}

  Endpoints(List<String> addresses, Function<String, ManagedChannel> connector) {
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("name at least one node");
    }
    this.addresses = List.copyOf(addresses);
    // Channels connect when they are first used, so that a node that is never needed costs nothing.
    this.channels = this.addresses.stream().map(connector).toList();
  }

  int size() {
    return channels.size();
  }

  Endpoint current() {
    int turn = current.get();
    int index = Math.floorMod(turn, channels.size());
    return new Endpoint(turn, addresses.get(index), channels.get(index));
  }

  /** The node does not answer: the next one is to be asked, unless somebody has seen to it. */
  void gone(Endpoint endpoint) {
    if (current.compareAndSet(endpoint.turn(), endpoint.turn() + 1)) {
      // gRPC would let minutes pass before it looks again for a node that was away.
      current().channel().resetConnectBackoff();
    }
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    try {
      for (ManagedChannel channel : channels) {
        channel.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
