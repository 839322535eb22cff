package dev.troupe.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a process that wait for its sockets: made first, closed last. One of them carries
 * the traffic between nodes, and the transport's actors with it. Nothing that runs on any of them
 * may block. Thread-safe.
 *
 * <p>On a machine of few cores there is one for everything, clients and replicas too: a hand-over
 * between threads costs more there than what a second thread gives (see {@code
 * docs/decisions/0009-one-loop-from-socket-to-socket.md}).
 */
public final class EventLoops implements AutoCloseable {
  /** Up to so many cores one thread does everything that does not block. */
  private static final int ONE_FOR_ALL_CORES_MAX = 2;

  private static final int CLIENT_LOOPS_MAX = 4;
  private static final long CLOSE_LIMIT_MILLIS = 500;

  private final boolean epoll = Epoll.isAvailable();
  private final boolean oneForAll;
  private final EventLoopGroup peers;
  private final EventLoopGroup clients;

  private EventLoops(int cores) {
    oneForAll = cores <= ONE_FOR_ALL_CORES_MAX;
    peers = group(1, oneForAll ? "troupe-loop" : "troupe-peers");
    clients = oneForAll ? peers : group(Math.min(CLIENT_LOOPS_MAX, cores), "troupe-clients");
  }

  /** Starts them for a machine of so many cores. */
  public static EventLoops start(int cores) {
    return new EventLoops(cores);
  }

  /** Starts them for this machine. */
  public static EventLoops start() {
    return start(Runtime.getRuntime().availableProcessors());
  }

  /** Whether replicas run on the thread that carries the traffic between nodes. */
  public boolean isOneForAll() {
    return oneForAll;
  }

  /** For the connections of clients. */
  public EventLoopGroup clients() {
    return clients;
  }

  /** For the connections between nodes. */
  public EventLoop peers() {
    return peers.next();
  }

  /** The kind of listening socket that these loops can serve. */
  public Class<? extends ServerChannel> serverChannel() {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /** The kind of connection that these loops can serve. */
  public Class<? extends Channel> channel() {
    return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /** Cuts what is open. Returns at once; the threads end soon. */
  @Override
  public void close() {
    clients.shutdownGracefully(0, CLOSE_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    peers.shutdownGracefully(0, CLOSE_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private EventLoopGroup group(int threads, String name) {
    IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), handlers);
  }
}
