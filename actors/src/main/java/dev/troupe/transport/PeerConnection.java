package dev.troupe.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outgoing half of a pair of nodes: a connection that is made again whenever it ends, until it
 * is closed. {@link #write}, {@link #flush} and {@link #state} belong to its link, the rest happens
 * on the event loop.
 *
 * <p>It also learns within milliseconds that the process of the peer has ended: when a process
 * ends, however it does, its kernel closes the connection, and then the port refuses a new one. A
 * machine that loses its power or its network says nothing, and is found out by its silence.
 */
final class PeerConnection {
  private static final Logger log = LoggerFactory.getLogger(PeerConnection.class);
  private static final int CONNECT_LIMIT_MILLIS = 2_000;

  /** Bytes that nobody confirms for so long mean that the path is cut; the system would try on. */
  private static final int UNCONFIRMED_LIMIT_MILLIS = 5_000;

  private static final long PAUSE_MIN_MILLIS = 50;
  private static final long PAUSE_MAX_MILLIS = 2_000;
  private static final long LASTING_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What a link can do with its connection. */
  enum State {
    /** An attempt is being made; the listener is told how it ends. */
    CONNECTING,
    OPEN,
    /** The next attempt comes after a pause. */
    DOWN
  }

  private final EventLoops loops;
  private final EventLoop loop;
  private final PeerAddress address;
  private final Listener listener;
  private volatile State state = State.CONNECTING;
  private volatile @Nullable Channel channel;
  private volatile boolean closed;
  private long pauseMillis = PAUSE_MIN_MILLIS;
  private long openedAtNanos;
  private boolean refused;

  private PeerConnection(EventLoops loops, PeerAddress address, Listener listener) {
    this.loops = loops;
    this.loop = loops.peers();
    this.address = address;
    this.listener = listener;
  }

  /** Told what becomes of the connection, on the event loop. */
  interface Listener {
    /** It was made. */
    void opened();

    /** It ended, or could not be made. */
    void lost();

    /** The machine is there and nobody listens; told once for each time that nobody does. */
    void refused();
  }

  /** Begins to connect. */
  static PeerConnection open(EventLoops loops, PeerAddress address, Listener listener) {
    PeerConnection connection = new PeerConnection(loops, address, listener);
    connection.resolve();
    return connection;
  }

  State state() {
    return state;
  }

  /** Queues an envelope; lost when there is no connection. */
  void write(PeerEnvelope envelope) {
    Channel open = channel;
    if (open == null) {
      return;
    }
    ByteBuf frame = open.alloc().directBuffer(PeerFrames.frameBytes(envelope));
    PeerFrames.writeFrame(envelope, frame);
    open.write(frame, open.voidPromise());
  }

  /** Sends what was queued. */
  void flush() {
    Channel open = channel;
    if (open != null) {
      open.flush();
    }
  }

  /** Ends it for good. Any thread. */
  void close() {
    closed = true;
    loop.execute(
        () -> {
          Channel open = channel;
          if (open != null) {
            open.close();
          }
        });
  }

  /** Names are looked up on a thread that may wait. */
  private void resolve() {
    Thread.ofVirtual()
        .name("resolve-" + address)
        .start(
            () -> {
              InetSocketAddress target = new InetSocketAddress(address.host(), address.port());
              loop.execute(() -> connect(target));
            });
  }

  private void connect(InetSocketAddress target) {
    if (closed) {
      return;
    }
    if (target.isUnresolved()) {
      down("its name is unknown");
      return;
    }
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(loops.channel())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_LIMIT_MILLIS)
            .handler(new Watch());
    if (loops.channel() == EpollSocketChannel.class) {
      bootstrap.option(EpollChannelOption.TCP_USER_TIMEOUT, UNCONFIRMED_LIMIT_MILLIS);
    }
    bootstrap.connect(target).addListener((ChannelFuture done) -> onConnected(done));
  }

  private void onConnected(ChannelFuture done) {
    if (!done.isSuccess()) {
      boolean nobody = Refusal.is(done.cause());
      if (nobody && !refused && !closed) {
        listener.refused();
      }
      refused |= nobody;
      down(String.valueOf(done.cause().getMessage()));
      return;
    }
    Channel made = done.channel();
    if (closed) {
      made.close();
      return;
    }
    ByteBuf greeting = made.alloc().directBuffer();
    PeerFrames.writeGreeting(greeting);
    made.writeAndFlush(greeting, made.voidPromise());
    refused = false;
    openedAtNanos = loop.ticker().nanoTime();
    channel = made;
    state = State.OPEN;
    listener.opened();
  }

  private void down(String why) {
    channel = null;
    state = State.DOWN;
    log.debug("No connection to {}: {}", address, why);
    listener.lost();
    if (!closed && !loop.isShuttingDown()) {
      loop.schedule(this::again, pauseMillis, TimeUnit.MILLISECONDS);
      pauseMillis = Math.clamp(pauseMillis * 2, PAUSE_MIN_MILLIS, PAUSE_MAX_MILLIS);
    }
  }

  private void again() {
    if (!closed) {
      state = State.CONNECTING;
      resolve();
    }
  }

  /** Notices the end. The other side never speaks here. */
  private final class Watch extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object unexpected) {
      ReferenceCountUtil.release(unexpected);
      context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (channel == context.channel()) {
        // One that is turned away at once must not come back twenty times a second.
        if (loop.ticker().nanoTime() - openedAtNanos >= LASTING_NANOS) {
          pauseMillis = 0;
        }
        down("it ended");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      log.debug("The connection to {} failed", address, cause);
      context.close();
    }
  }
}
