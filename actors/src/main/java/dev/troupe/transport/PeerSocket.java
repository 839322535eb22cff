package dev.troupe.transport;

import dev.troupe.protocol.spi.SystemClocks;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port on which a process hears its peers. Bound once, while actor systems come and go: without
 * one, whoever connects is turned away. Thread-safe.
 */
public final class PeerSocket implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PeerSocket.class);

  /** A cluster has far fewer nodes; strangers must not take all file descriptors. */
  private static final int CONNECTIONS_MAX = 4_096;

  private static final long LOG_PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final EventLoops loops;
  private final Channel listening;
  private final ChannelGroup inbound;
  private final LogThrottle strangerThrottle =
      new LogThrottle(SystemClocks.monotonic(), LOG_PERIOD_NANOS);
  private volatile @Nullable Receiver receiver;

  /** Takes what comes in, on the event loop; must not block. */
  interface Receiver {
    void onEnvelope(PeerEnvelope envelope);

    /** Somebody was turned away whose bytes were not those of a node. */
    void onStranger();
  }

  private PeerSocket(EventLoops loops, InetSocketAddress address) throws IOException {
    this.loops = loops;
    inbound = new DefaultChannelGroup(loops.peers());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops.peers())
            .channel(loops.serverChannel())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw bound.cause() instanceof IOException e ? e : new IOException(bound.cause());
    }
    listening = bound.channel();
  }

  /**
   * Binds the port.
   *
   * @param address of this machine; port 0 for any free one
   * @throws IOException when the port is taken or the address is not this machine's
   */
  public static PeerSocket bind(EventLoops loops, InetSocketAddress address) throws IOException {
    return new PeerSocket(loops, address);
  }

  /** The port that is bound. */
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  public EventLoops loops() {
    return loops;
  }

  /** From now on envelopes go there; connections that fed another receiver end. */
  void receive(Receiver next) {
    receiver = next;
    inbound.close();
  }

  /** The receiver ends: so do the connections it was fed by, unless another one took its place. */
  void stopReceiving(Receiver former) {
    if (receiver == former) {
      receiver = null;
      inbound.close();
    }
  }

  @Override
  public void close() {
    listening.close().awaitUninterruptibly();
    inbound.close();
  }

  private void accept(Channel channel) {
    Receiver now = receiver;
    if (now == null || inbound.size() >= CONNECTIONS_MAX) {
      channel.close();
      return;
    }
    inbound.add(channel);
    channel.pipeline().addLast(new PeerFrames(now, () -> onStranger(channel, now)));
  }

  private void onStranger(Channel channel, Receiver now) {
    now.onStranger();
    if (strangerThrottle.permits()) {
      log.warn(
          "{} connected to the peer port and does not speak as a node does: cut off ({} more like"
              + " it before)",
          channel.remoteAddress(),
          strangerThrottle.takeSuppressed());
    }
  }
}
