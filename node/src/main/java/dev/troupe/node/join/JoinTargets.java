package dev.troupe.node.join;

import dev.troupe.node.config.HostPort;
import dev.troupe.node.config.Ports;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The nodes behind the addresses of {@code --join}. A name may stand for many of them, as that of a
 * headless service does, and for others a moment later: it is looked up for each attempt anew.
 * Thread-safe; lookups wait on threads of their own.
 */
final class JoinTargets implements AutoCloseable {
  /** Of the addresses of one name. More would be no help in finding a cluster. */
  static final int ADDRESSES_PER_NAME_MAX = 64;

  /** How a name is looked up; blocks. */
  interface Names {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  /** One node that may be asked, or a name that could not be looked up. */
  sealed interface Target {
    /** What an operator calls it. */
    String label();

    record Node(String label, ManagedChannel channel) implements Target {}

    record Unknown(String label, String problem) implements Target {}
  }

  private final List<HostPort> addresses;
  private final Names names;
  private final Map<InetSocketAddress, ManagedChannel> channels = new ConcurrentHashMap<>();
  private volatile boolean closed;

  JoinTargets(List<String> addresses, Names names) {
    this.addresses =
        addresses.stream().map(address -> HostPort.parse(address, Ports.DEFAULT_GRPC)).toList();
    this.names = names;
  }

  /** Completes within the limit. */
  CompletableFuture<List<Target>> find(Duration limit) {
    List<CompletableFuture<List<Target>>> lookups =
        addresses.stream().map(address -> lookUp(address, limit)).toList();
    return CompletableFuture.allOf(lookups.toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              List<Target> found = new ArrayList<>();
              lookups.forEach(lookup -> found.addAll(lookup.join()));
              forgetOthersThan(found);
              return found;
            });
  }

  @Override
  public void close() {
    closed = true;
    channels.values().forEach(ManagedChannel::shutdownNow);
  }

  private CompletableFuture<List<Target>> lookUp(HostPort address, Duration limit) {
    CompletableFuture<List<InetAddress>> lookup = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("resolve-" + address)
        .start(
            () -> {
              try {
                lookup.complete(List.of(names.addresses(address.host())));
              } catch (UnknownHostException | RuntimeException e) {
                lookup.completeExceptionally(e);
              }
            });
    return lookup
        .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (found, failure) ->
                failure == null
                    ? found.stream()
                        .limit(ADDRESSES_PER_NAME_MAX)
                        .<Target>map(one -> node(address, one))
                        .toList()
                    : List.of(new Target.Unknown(address.toString(), problem(failure))));
  }

  private static String problem(Throwable failure) {
    return failure instanceof UnknownHostException
        ? "its name is unknown"
        : "its name could not be looked up in time";
  }

  private Target node(HostPort address, InetAddress found) {
    InetSocketAddress socket = new InetSocketAddress(found, address.port());
    String literal = HostPort.join(found.getHostAddress(), address.port());
    String named = address.toString();
    String label = literal.equals(named) ? named : named + " (" + literal + ")";
    ManagedChannel channel =
        channels.computeIfAbsent(
            socket,
            to -> NettyChannelBuilder.forAddress(to).usePlaintext().directExecutor().build());
    if (closed) {
      channel.shutdownNow();
    }
    // A channel that failed waits ever longer before it dials again; a node that just came up
    // should not have to wait for that.
    channel.resetConnectBackoff();
    return new Target.Node(label, channel);
  }

  /** Nodes come and go under new addresses: their channels must not pile up. */
  private void forgetOthersThan(List<Target> found) {
    Set<ManagedChannel> used = new HashSet<>();
    for (Target target : found) {
      if (target instanceof Target.Node node) {
        used.add(node.channel());
      }
    }
    for (InetSocketAddress socket : channels.keySet().toArray(InetSocketAddress[]::new)) {
      ManagedChannel channel = channels.get(socket);
      if (channel != null && !used.contains(channel) && channels.remove(socket, channel)) {
        channel.shutdownNow();
      }
    }
  }
}
