package dev.troupe.transport;

import dev.troupe.protocol.model.NodeId;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is queued for one other node: takes the whole outbox at once, encodes it into as few
 * envelopes as possible and writes them to its connection. While there is none, what is queued is
 * held for one attempt to connect and then lost.
 */
final class PeerLink extends AbstractMatchingBehavior<PeerLink.Command>
    implements EnvelopePacker.Sink {
  private static final Logger log = LoggerFactory.getLogger(PeerLink.class);
  private static final long LOG_PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Messages of the link. */
  sealed interface Command {}

  /** Something is in the outbox, or an acknowledgement is due. */
  enum Flush implements Command {
    FLUSH
  }

  /** The window stood still for too long. */
  enum Reset implements Command {
    RESET
  }

  /** What became of the connection. */
  private enum Connection implements Command {
    OPENED,
    LOST
  }

  /** The node is gone. */
  enum Stop implements Command {
    STOP
  }

  /** The delay of an envelope that a filter held back is over. */
  private enum Release implements Command {
    RELEASE
  }

  /**
   * What a link is made of.
   *
   * @param processGone run on the event loop when nobody listens at the address any more
   */
  record Parts(
      PeerIdentity self,
      NodeId peer,
      PeerAddress address,
      PeerOutbox outbox,
      InboundStream reverse,
      Runnable processGone) {}

  private final Parts parts;
  private final TransportPorts ports;
  private final TransportCounters counters;
  private final EnvelopePacker packer = new EnvelopePacker(this);
  private final LogThrottle throttle;
  private final Queue<PeerEnvelope> held = new ArrayDeque<>();
  private final PeerConnection connection;

  static Behavior<Command> create(Parts parts, TransportPorts ports, TransportCounters counters) {
    Behavior<Command> link =
        Behaviors.setup(context -> new PeerLink(context, parts, ports, counters));
    return Behaviors.supervise(link).onFailure(SupervisorStrategy.resume());
  }

  private record Watch(ActorRef<Command> link, Parts parts) implements PeerConnection.Listener {
    @Override
    public void opened() {
      link.tell(Connection.OPENED);
    }

    @Override
    public void lost() {
      link.tell(Connection.LOST);
    }

    @Override
    public void refused() {
      log.info("The process of {} has ended: {} refuses connections", parts.peer, parts.address);
      parts.processGone.run();
    }
  }

  private PeerLink(
      ActorContext<Command> context,
      Parts parts,
      TransportPorts ports,
      TransportCounters counters) {
    super(context);
    this.parts = parts;
    this.ports = ports;
    this.counters = counters;
    this.throttle = new LogThrottle(ports.monotonic(), LOG_PERIOD_NANOS);
    this.connection =
        PeerConnection.open(
            ports.socket().loops(), parts.address(), new Watch(context.getSelf(), parts));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Flush flush -> onFlush();
      case Connection changed -> onFlush();
      case Reset reset -> onReset();
      case Release release -> onRelease();
      case Stop stop -> {
        return Behaviors.stopped();
      }
    }
    return this;
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      connection.close();
    }
    return this;
  }

  private void onFlush() {
    switch (connection.state()) {
      // Told again when the attempt has ended.
      case CONNECTING -> {}
      case OPEN -> flush();
      case DOWN -> drop();
    }
  }

  private void drop() {
    PeerOutbox outbox = parts.outbox();
    outbox.beginFlush();
    while (outbox.poll() != null) {
      counters.unconnected.increment();
    }
    outbox.takeAckDue();
  }

  private void flush() {
    PeerOutbox outbox = parts.outbox();
    outbox.beginFlush();
    boolean any = false;
    for (var next = outbox.poll(); next != null; next = outbox.poll()) {
      any |= pack(next.message());
    }
    packer.finish();
    if (outbox.takeAckDue() && !any) {
      packer.sendBare();
    }
    connection.flush();
  }

  private boolean pack(OutboundMessage message) {
    try {
      if (packer.add(message)) {
        return true;
      }
      reportUnsendable(
          message, "is larger than " + EnvelopePacker.MESSAGE_BYTES_MAX + " bytes", null);
    } catch (RuntimeException e) {
      reportUnsendable(message, "could not be encoded", e);
    }
    return false;
  }

  private void reportUnsendable(
      OutboundMessage message, String problem, @Nullable Exception cause) {
    counters.unsendable.increment();
    if (throttle.permits()) {
      log.error(
          "A message of {} to {} {} and was dropped ({} more like it before)",
          message.getClass().getName(),
          parts.peer(),
          problem,
          throttle.takeSuppressed(),
          cause);
    }
  }

  private void onReset() {
    if (parts.outbox().window().reset(ports.epochs().next())) {
      counters.windowResets.increment();
      log.info(
          "{} acknowledged nothing for {} ms: what was on its way counts as lost",
          parts.peer(),
          TimeUnit.NANOSECONDS.toMillis(LinkWindow.STALL_NANOS_MAX));
      packer.sendBare();
      connection.flush();
    }
  }

  private void onRelease() {
    connection.write(held.remove());
    connection.flush();
  }

  @Override
  public EnvelopeHeader header(boolean fragment) {
    LinkWindow window = parts.outbox().window();
    InboundStream.Ack ack = parts.reverse().ack();
    parts.reverse().ackSent(ack);
    return new EnvelopeHeader(
        fragment,
        parts.self().clusterHash(),
        parts.self().node().value(),
        parts.peer().value(),
        parts.self().incarnation(),
        window.epoch(),
        window.sentOffset(),
        ack.epoch(),
        ack.offset());
  }

  @Override
  public void send(PeerEnvelope envelope, int bodyBytes, int messages) {
    parts.outbox().window().sent(bodyBytes);
    counters.envelopesSent.increment();
    counters.messagesSent.add(messages);
    counters.bytesSent.add(envelope.length());
    switch (ports.filter().judge(LinkFilter.Side.SEND, parts.self().node(), parts.peer())) {
      case LinkFilter.Verdict.Pass pass -> connection.write(envelope);
      case LinkFilter.Verdict.Drop drop -> log.debug("{} dropped by filter", envelope);
      case LinkFilter.Verdict.Delay delay -> {
        held.add(envelope);
        getContext().scheduleOnce(delay.by(), getContext().getSelf(), Release.RELEASE);
      }
    }
  }
}
