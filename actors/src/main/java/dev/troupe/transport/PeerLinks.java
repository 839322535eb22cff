package dev.troupe.transport;

import dev.troupe.protocol.model.NodeId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport of a node: one link per other node and one inbox. Thread-safe. Lives and ends with
 * its actor system; make it once per actor system.
 *
 * <p>A message that was admitted is sent once. It is lost when the connection breaks, when the
 * receiver refuses it, or when the peer acknowledges nothing for a while; nobody is told.
 */
public final class PeerLinks implements PeerNetwork {
  private static final Logger log = LoggerFactory.getLogger(PeerLinks.class);
  private static final String DISPATCHER = "troupe.dispatcher.transport";

  private final ActorSystem<?> system;
  private final PeerIdentity self;
  private final TransportPorts ports;
  private final TransportCounters counters = new TransportCounters();
  private final ConcurrentMap<NodeId, Route> routes = new ConcurrentHashMap<>();
  private final ConcurrentMap<NodeId, InboundStream> streams = new ConcurrentHashMap<>();
  private final AtomicLong linkNumber = new AtomicLong();
  private volatile Consumer<NodeId> processGone = node -> {};

  private record Route(PeerAddress address, PeerOutbox outbox, ActorRef<PeerLink.Command> link) {}

  private PeerLinks(ActorSystem<?> system, PeerIdentity self, TransportPorts ports) {
    this.system = system;
    this.self = self;
    this.ports = ports;
  }

  /**
   * Starts the inbox. Messages may come in before this returns.
   *
   * @param handler called on the inbox's thread only
   */
  public static PeerLinks start(
      ActorSystem<?> system, PeerIdentity self, PeerHandler handler, TransportPorts ports) {
    PeerLinks links = new PeerLinks(system, self, ports);
    ActorRef<PeerInbox.Command> inbox =
        system.systemActorOf(
            PeerInbox.create(self, links.new InboxSide(), handler, ports, links.counters),
            PeerInbox.NAME,
            dispatcher());
    var receiver = links.new SocketSide(inbox);
    ports.socket().receive(receiver);
    system.getWhenTerminated().thenRun(() -> ports.socket().stopReceiving(receiver));
    return links;
  }

  /**
   * Names whom to tell, on the event loop, when nobody listens any more where a node was reached:
   * its process has ended. Told once; the node is gone then, until {@link #nodeUp}.
   */
  public void onProcessGone(Consumer<NodeId> listener) {
    processGone = listener;
  }

  /** A node can be reached at this address from now on. Nothing happens when it could already. */
  public void nodeUp(NodeId node, PeerAddress address) {
    if (node.equals(self.node())) {
      return;
    }
    routes.compute(
        node,
        (id, old) -> {
          if (old != null && old.address().equals(address)) {
            return old;
          }
          if (old != null) {
            old.link().tell(PeerLink.Stop.STOP);
          }
          return open(node, address);
        });
  }

  /** A node will not come back under this address: what is queued for it is dropped. */
  public void nodeGone(NodeId node, PeerAddress address) {
    close(node, route -> route.address().equals(address));
  }

  /** Atomic with {@link #nodeUp}: a link may be refused before its route is to be seen. */
  private boolean close(NodeId node, Predicate<Route> which) {
    AtomicBoolean closed = new AtomicBoolean();
    routes.computeIfPresent(
        node,
        (id, route) -> {
          if (!which.test(route)) {
            return route;
          }
          route.link().tell(PeerLink.Stop.STOP);
          closed.set(true);
          return null;
        });
    return closed.get();
  }

  @Override
  public boolean send(NodeId to, OutboundMessage message) {
    Route route = routes.get(to);
    if (route == null) {
      return false;
    }
    if (message.sizeHint() > EnvelopePacker.MESSAGE_BYTES_MAX) {
      counters.unsendable.increment();
      log.error(
          "A message of {} to {} has {} bytes, the transport carries up to {}: dropped",
          message.getClass().getName(),
          to,
          message.sizeHint(),
          EnvelopePacker.MESSAGE_BYTES_MAX);
      return false;
    }
    boolean admitted = route.outbox().offer(message, route.link());
    if (!admitted) {
      counters.windowRefusals.increment();
    }
    return admitted;
  }

  public TransportCounters counters() {
    return counters;
  }

  /** Bytes queued for or on the way to a node and not acknowledged; 0 for an unknown node. */
  public long outstandingBytes(NodeId node) {
    Route route = routes.get(node);
    return route == null ? 0 : route.outbox().window().outstandingBytes();
  }

  private Route open(NodeId node, PeerAddress address) {
    PeerOutbox outbox = new PeerOutbox(new LinkWindow(ports.monotonic(), ports.epochs().next()));
    Runnable gone =
        () -> {
          // Nothing more is sent there: it would be neither done nor known not to be. What a link
          // of the past was refused says nothing of its successor.
          if (close(node, route -> route.outbox() == outbox)) {
            processGone.accept(node);
          }
        };
    PeerLink.Parts parts = new PeerLink.Parts(self, node, address, outbox, streamFrom(node), gone);
    ActorRef<PeerLink.Command> link =
        system.systemActorOf(
            PeerLink.create(parts, ports, counters),
            "troupe-peer-link-" + node + "-" + linkNumber.incrementAndGet(),
            dispatcher());
    return new Route(address, outbox, link);
  }

  private static Props dispatcher() {
    return DispatcherSelector.fromConfig(DISPATCHER);
  }

  private InboundStream streamFrom(NodeId peer) {
    return streams.computeIfAbsent(peer, id -> new InboundStream());
  }

  private final class SocketSide implements PeerSocket.Receiver {
    private final ActorRef<PeerInbox.Command> inbox;

    SocketSide(ActorRef<PeerInbox.Command> inbox) {
      this.inbox = inbox;
    }

    @Override
    public void onEnvelope(PeerEnvelope envelope) {
      inbox.tell(envelope);
    }

    @Override
    public void onStranger() {
      counters.malformed.increment();
    }
  }

  private final class InboxSide implements PeerInbox.Peers {
    @Override
    public InboundStream streamFrom(NodeId peer) {
      return PeerLinks.this.streamFrom(peer);
    }

    @Override
    public void acknowledged(NodeId peer, long epoch, long offset) {
      Route route = routes.get(peer);
      if (route != null) {
        route.outbox().window().acknowledged(epoch, offset);
      }
    }

    @Override
    public void acknowledgeSoon(NodeId peer) {
      Route route = routes.get(peer);
      if (route != null) {
        route.outbox().acknowledgeSoon(route.link());
      }
    }
  }
}
