package dev.troupe.transport;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.model.NodeId;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the envelopes of all other nodes, refuses what is foreign, old or malformed, and hands
 * each message to the {@link PeerHandler}. Nothing that comes over the network or out of the
 * handler ends it.
 */
final class PeerInbox extends AbstractMatchingBehavior<PeerInbox.Command> {
  /** Of the actor, below the system guardian. */
  static final String NAME = "troupe-peer-inbox";

  private static final Logger log = LoggerFactory.getLogger(PeerInbox.class);
  private static final long LOG_PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int FOREIGN_CLUSTERS_LOGGED_MAX = 16;

  /** Messages of the inbox. */
  sealed interface Command permits PeerEnvelope, Release {}

  /** The delay of an envelope that a filter held back is over. */
  private enum Release implements Command {
    RELEASE
  }

  /** The inbox's view of the links: where streams are kept and acknowledgements go. */
  interface Peers {
    InboundStream streamFrom(NodeId peer);

    void acknowledged(NodeId peer, long epoch, long offset);

    void acknowledgeSoon(NodeId peer);
  }

  private final PeerIdentity self;
  private final Peers peers;
  private final PeerHandler handler;
  private final TransportPorts ports;
  private final TransportCounters counters;
  private final Queue<PeerEnvelope> held = new ArrayDeque<>();
  private final Set<Long> foreignClusters = new HashSet<>();
  private final LogThrottle malformedThrottle;
  private final LogThrottle handlerThrottle;
  private final LogThrottle incarnationThrottle;
  private final LogThrottle slowThrottle;

  static Behavior<Command> create(
      PeerIdentity self,
      Peers peers,
      PeerHandler handler,
      TransportPorts ports,
      TransportCounters counters) {
    Behavior<Command> inbox =
        Behaviors.setup(context -> new PeerInbox(context, self, peers, handler, ports, counters));
    return Behaviors.supervise(inbox).onFailure(SupervisorStrategy.resume());
  }

  private PeerInbox(
      ActorContext<Command> context,
      PeerIdentity self,
      Peers peers,
      PeerHandler handler,
      TransportPorts ports,
      TransportCounters counters) {
    super(context);
    this.self = self;
    this.peers = peers;
    this.handler = handler;
    this.ports = ports;
    this.counters = counters;
    malformedThrottle = new LogThrottle(ports.monotonic(), LOG_PERIOD_NANOS);
    handlerThrottle = new LogThrottle(ports.monotonic(), LOG_PERIOD_NANOS);
    incarnationThrottle = new LogThrottle(ports.monotonic(), LOG_PERIOD_NANOS);
    slowThrottle = new LogThrottle(ports.monotonic(), LOG_PERIOD_NANOS);
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    long begin = ports.monotonic().nanos();
    switch (command) {
      case PeerEnvelope envelope -> onEnvelope(envelope, false);
      case Release release -> onEnvelope(held.remove(), true);
    }
    reportSlow(ports.monotonic().nanos() - begin);
    return this;
  }

  private void reportSlow(long nanos) {
    if (nanos >= SLOW_NANOS && slowThrottle.permits()) {
      log.warn(
          "Handling one envelope took {} ms ({} more like it before): the thread that also carries"
              + " the cluster's heartbeats was blocked or the machine is overloaded",
          TimeUnit.NANOSECONDS.toMillis(nanos),
          slowThrottle.takeSuppressed());
    }
  }

  private void onEnvelope(PeerEnvelope envelope, boolean judged) {
    ByteReader in = new ByteReader(envelope.bytes(), 0, envelope.length());
    @Nullable NodeId from = null;
    try {
      EnvelopeHeader header = EnvelopeHeader.decode(in);
      if (!isForUs(header)) {
        return;
      }
      from = new NodeId(header.from());
      if (judged || passes(from, envelope)) {
        take(from, header, envelope, in);
      }
    } catch (MalformedBytes e) {
      onMalformed(from, e);
    }
  }

  private boolean isForUs(EnvelopeHeader header) {
    if (header.clusterHash() == self.clusterHash() && header.to() == self.node().value()) {
      return true;
    }
    counters.foreign.increment();
    if (header.clusterHash() == self.clusterHash()) {
      if (malformedThrottle.permits()) {
        log.warn(
            "An envelope from n{} is meant for n{}, but this is {}: refused. Its sender will learn"
                + " the new addresses",
            header.from(),
            header.to(),
            self.node());
      }
    } else if (foreignClusters.size() < FOREIGN_CLUSTERS_LOGGED_MAX
        && foreignClusters.add(header.clusterHash())) {
      log.error(
          "Node {} of another cluster sends to this node ({}): refused, and not logged again."
              + " Check the addresses that its 'join' setting names",
          header.from(),
          self.node());
    }
    return false;
  }

  private boolean passes(NodeId from, PeerEnvelope envelope) {
    return switch (ports.filter().judge(LinkFilter.Side.RECEIVE, from, self.node())) {
      case LinkFilter.Verdict.Pass pass -> true;
      case LinkFilter.Verdict.Drop drop -> false;
      case LinkFilter.Verdict.Delay delay -> {
        held.add(envelope);
        getContext().scheduleOnce(delay.by(), getContext().getSelf(), Release.RELEASE);
        yield false;
      }
    };
  }

  private void take(NodeId from, EnvelopeHeader header, PeerEnvelope envelope, ByteReader in) {
    InboundStream stream = peers.streamFrom(from);
    switch (stream.accept(header, in.remaining())) {
      case OLD_INCARNATION -> onOldIncarnation(from, header, stream);
      case OUTDATED -> counters.outdated.increment();
      case AFTER_GAP -> {
        counters.gaps.increment();
        takeBody(from, stream, header, envelope, in);
      }
      case NEXT -> takeBody(from, stream, header, envelope, in);
    }
  }

  private void takeBody(
      NodeId from,
      InboundStream stream,
      EnvelopeHeader header,
      PeerEnvelope envelope,
      ByteReader in) {
    counters.envelopesReceived.increment();
    counters.bytesReceived.add(envelope.length());
    peers.acknowledged(from, header.ackEpoch(), header.ackOffset());
    if (stream.ackDue()) {
      peers.acknowledgeSoon(from);
    }
    if (header.fragment()) {
      byte[] whole = stream.addFragment(in);
      if (whole != null) {
        handle(from, new ByteReader(whole));
      }
    } else {
      takeMessages(from, stream, envelope.bytes(), in);
    }
  }

  private void takeMessages(NodeId from, InboundStream stream, byte[] bytes, ByteReader in) {
    if (in.remaining() > 0) {
      stream.dropPartial();
    }
    while (in.remaining() > 0) {
      int length = in.readInt();
      int start = in.position();
      in.skip(length);
      handle(from, new ByteReader(bytes, start, length));
    }
  }

  private void handle(NodeId from, ByteReader message) {
    counters.messagesReceived.increment();
    try {
      handler.onMessage(from, message);
    } catch (MalformedBytes e) {
      onMalformed(from, e);
    } catch (RuntimeException e) {
      counters.handlerFailures.increment();
      if (handlerThrottle.permits()) {
        log.error(
            "A message from {} could not be handled and was dropped ({} more like it before)",
            from,
            handlerThrottle.takeSuppressed(),
            e);
      }
    }
  }

  private void onMalformed(@Nullable NodeId from, MalformedBytes e) {
    counters.malformed.increment();
    if (malformedThrottle.permits()) {
      log.warn(
          "Malformed bytes from {} were dropped ({} more like it before): {}",
          from == null ? "an unknown node" : from,
          malformedThrottle.takeSuppressed(),
          e.getMessage());
    }
  }

  private void onOldIncarnation(NodeId from, EnvelopeHeader header, InboundStream stream) {
    counters.oldIncarnations.increment();
    if (incarnationThrottle.permits()) {
      log.error(
          "{} speaks with incarnation {}, but incarnation {} of its store was seen before: it runs"
              + " on an old copy of its data directory and could contradict what it promised."
              + " Everything it says is refused ({} envelopes since the last report). Stop it,"
              + " remove it with 'troupe node decommission {}' and let it join as a new node with"
              + " an empty directory",
          from,
          header.incarnation(),
          stream.incarnation(),
          incarnationThrottle.takeSuppressed() + 1,
          from.value());
    }
  }
}
