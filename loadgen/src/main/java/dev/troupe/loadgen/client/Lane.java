package dev.troupe.loadgen.client;

import dev.troupe.protocol.error.ErrorCode.Retry;
import io.grpc.ManagedChannel;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection that outlives its nodes: when its link breaks it goes to the next node at once,
 * and then to the leader as soon as a node names one. Operations sent meanwhile wait for the next
 * link until the timeout, and so do those that a node has not done because it is shutting down: it
 * is left. Everything happens on the lane's event loop; nothing may be called from elsewhere.
 */
public final class Lane {
  /** After every known node has refused. */
  private static final long ROUND_PAUSE_MILLIS = 50;

  private static final String SHUTTING_DOWN = "SHUTTING_DOWN";

  private static final long LOCATE_FIRST_MILLIS = 100;
  private static final long LOCATE_STEADY_MILLIS = 5_000;
  private static final long SWEEP_MILLIS = 50;

  private record Connection(Endpoint endpoint, ManagedChannel channel, Link link) {}

  private record Waiting(Operation operation, Outcome.Listener listener, long deadlineNanos) {}

  private final Dialect dialect;
  private final EventLoops loops;
  private final LinkContext context;
  private final boolean preferLeader;
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private final List<Endpoint> endpoints;
  private final ScheduledFuture<?> sweep;

  private int cursor;
  private int refusedInRound;
  private long locateMillis = LOCATE_FIRST_MILLIS;
  private @Nullable Connection connection;
  private @Nullable Dial dial;
  private @Nullable ScheduledFuture<?> locateTimer;
  private boolean closed;
  private String lastFailure = "not connected yet";

  Lane(
      Dialect dialect, EventLoops loops, LinkContext context, boolean preferLeader, int firstNode) {
    this.dialect = dialect;
    this.loops = loops;
    this.context = context;
    this.preferLeader = preferLeader;
    this.endpoints = new ArrayList<>(context.endpoints());
    this.cursor = firstNode % endpoints.size();
    this.sweep =
        loop()
            .scheduleWithFixedDelay(
                this::refuseOverdue, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    loop().execute(this::dialNext);
  }

  public EventLoop loop() {
    return context.loop();
  }

  /** The outcome is told later, never from within. */
  public void send(Operation operation, Outcome.Listener listener) {
    send(new Waiting(operation, listener, System.nanoTime() + context.timeout().toNanos()));
  }

  private void send(Waiting wish) {
    Connection now = connection;
    if (now != null) {
      now.link().send(wish.operation(), outcome -> onOutcome(now, wish, outcome));
    } else if (closed) {
      loop().execute(() -> wish.listener().onOutcome(unsent("the client is closed")));
    } else {
      waiting.add(wish);
    }
  }

  private void onOutcome(Connection asked, Waiting wish, Outcome outcome) {
    boolean elsewhere =
        outcome instanceof Outcome.Failed failed
            && failed.reason().equals(SHUTTING_DOWN)
            && failed.retry() == Retry.SAFE
            && !closed
            && System.nanoTime() - wish.deadlineNanos() < 0;
    if (elsewhere) {
      leave(asked);
      send(wish);
    } else {
      wish.listener().onOutcome(outcome);
    }
  }

  /** The node that operations are sent to; null while there is none. */
  public @Nullable Endpoint connectedTo() {
    return connection == null ? null : connection.endpoint();
  }

  void close() {
    closed = true;
    sweep.cancel(false);
    if (dial != null) {
      dial.cancel();
    }
    Connection last = connection;
    connection = null;
    if (last != null) {
      last.link().close();
      last.channel().shutdownNow();
    }
    for (Waiting next; (next = waiting.poll()) != null; ) {
      next.listener().onOutcome(unsent("the client is closed"));
    }
  }

  private void dialNext() {
    if (closed || dial != null || connection != null) {
      return;
    }
    dial(endpoints.get(cursor % endpoints.size()));
  }

  private void dial(Endpoint endpoint) {
    dial = new Dial(endpoint, loops, loop(), this::onReady, this::onRefused);
  }

  private void onReady(ManagedChannel channel) {
    Endpoint endpoint = dial == null ? endpoints.get(0) : dial.endpoint();
    dial = null;
    refusedInRound = 0;
    Connection old = connection;
    Link link = dialect.open(channel, context, why -> onBroken(channel, why));
    connection = new Connection(endpoint, channel, link);
    link.start();
    if (old == null) {
      locateMillis = LOCATE_FIRST_MILLIS;
      scheduleLocate(0);
    } else {
      retire(old);
    }
    while (connection != null && !waiting.isEmpty()) {
      send(waiting.remove());
    }
  }

  private void onRefused(String why) {
    dial = null;
    lastFailure = why;
    if (connection != null) {
      return; // The leader could not be reached; the present node goes on serving.
    }
    cursor++;
    dialAfterRefusal();
  }

  private void dialAfterRefusal() {
    refusedInRound++;
    if (refusedInRound % endpoints.size() == 0) {
      loop().schedule(this::dialNext, ROUND_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } else {
      dialNext();
    }
  }

  private void onBroken(ManagedChannel channel, String why) {
    loop().execute(channel::shutdownNow);
    Connection now = connection;
    if (now == null || now.channel() != channel) {
      return;
    }
    connection = null;
    lastFailure = now.endpoint() + ": " + why;
    cursor = Math.max(0, endpoints.indexOf(now.endpoint())) + 1;
    dialNext();
  }

  /** Its node is about to end: what it has not answered yet it may still answer. */
  private void leave(Connection leaving) {
    if (connection != leaving) {
      return;
    }
    connection = null;
    lastFailure = leaving.endpoint() + ": it is shutting down";
    cursor = Math.max(0, endpoints.indexOf(leaving.endpoint())) + 1;
    // Not from within the link, which may have more answers to give.
    loop().execute(() -> retire(leaving));
    dialAfterRefusal();
  }

  /** Lets what is in flight on the former link be answered before it is closed. */
  private void retire(Connection old) {
    if (old.link().inFlight() == 0 || closed) {
      old.link().close();
      old.channel().shutdownNow();
    } else {
      loop().schedule(() -> retire(old), SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void locate() {
    Connection now = connection;
    if (now == null) {
      scheduleLocate(LOCATE_FIRST_MILLIS);
      return;
    }
    dialect
        .locate(now.channel(), context)
        .whenComplete((map, error) -> loop().execute(() -> onLocated(map)));
  }

  private void onLocated(Dialect.@Nullable ClusterMap map) {
    Endpoint leader = map == null ? null : map.leader();
    if (map != null) {
      map.nodes().stream().filter(node -> !endpoints.contains(node)).forEach(endpoints::add);
    }
    Connection now = connection;
    boolean there = leader != null && now != null && now.endpoint().equals(leader);
    if (leader != null && !there && now != null && dial == null && !closed) {
      dial(leader);
    }
    locateMillis = there ? LOCATE_STEADY_MILLIS : Math.min(locateMillis * 2, LOCATE_STEADY_MILLIS);
    scheduleLocate(locateMillis);
  }

  /** There is never more than one question under way or planned, apart from overtaken ones. */
  private void scheduleLocate(long millis) {
    if (locateTimer != null) {
      locateTimer.cancel(false);
    }
    if (!closed && preferLeader) {
      locateTimer = loop().schedule(this::locate, millis, TimeUnit.MILLISECONDS);
    }
  }

  private void refuseOverdue() {
    long now = System.nanoTime();
    while (!waiting.isEmpty() && now - waiting.element().deadlineNanos() >= 0) {
      waiting.remove().listener().onOutcome(unsent(lastFailure));
    }
  }

  private static Outcome unsent(String why) {
    return new Outcome.Failed("NO_CONNECTION", why, Retry.SAFE);
  }
}
