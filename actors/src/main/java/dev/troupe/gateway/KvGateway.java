package dev.troupe.gateway;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.trace.Span;
import dev.troupe.range.LeasedReads;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReply;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.range.RequestSpans;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import dev.troupe.transport.PeerNetwork;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node's way to all data. A read whose range is led here under a valid lease is answered on the
 * caller's thread; everything else goes to the leader's replica, here or on another node.
 */
public final class KvGateway implements KvClient {
  /** Runs something later; supplied by the actor system's scheduler, or by a simulation. */
  @FunctionalInterface
  public interface Later {
    void run(long delayNanos, Runnable action);
  }

  /**
   * What the gateway works with.
   *
   * @param disk for reads that have to wait for the disk
   */
  public record Parts(
      NodeId self,
      ReplicaDirectory directory,
      DescriptorCache descriptors,
      LeasedReads leased,
      PeerNetwork peers,
      PeerNodes nodes,
      PendingCalls calls,
      MonotonicClock clock,
      Executor disk,
      Later later) {}

  /** The other nodes that are believed to be up. */
  @FunctionalInterface
  public interface PeerNodes {
    Iterable<NodeId> others();
  }

  private static final long LOOK_UP_AGAIN_NANOS = 20_000_000L;

  private final Parts parts;
  private final RangeLookup lookup;

  public KvGateway(Parts parts) {
    this.parts = parts;
    this.lookup = new RangeLookup(this, parts.descriptors());
  }

  Parts parts() {
    return parts;
  }

  @Override
  public void send(KvRequest request, long deadlineNanos, Consumer<KvResponse> reply) {
    send(request, deadlineNanos, null, reply);
  }

  @Override
  public KvClient under(Span span) {
    return new Traced(span);
  }

  /** This gateway for what is recorded under a span. */
  private final class Traced implements KvClient {
    private final Span span;

    Traced(Span span) {
      this.span = span;
    }

    @Override
    public void send(KvRequest request, long deadlineNanos, Consumer<KvResponse> reply) {
      KvGateway.this.send(request, deadlineNanos, span, reply);
    }

    @Override
    public KvClient under(Span other) {
      return KvGateway.this.under(other);
    }

    @Override
    public List<Key> borders(KeySpan asked, int max) {
      return KvGateway.this.borders(asked, max);
    }
  }

  private void send(
      KvRequest request, long deadlineNanos, @Nullable Span span, Consumer<KvResponse> reply) {
    if (request instanceof KvRequest.Read read && readHere(read, deadlineNanos, span, reply)) {
      return;
    }
    goOn(request, deadlineNanos, span, reply);
  }

  @Override
  public List<Key> borders(KeySpan span, int max) {
    return parts.descriptors().borders(span, max);
  }

  /** What cannot be answered at once. */
  private void goOn(
      KvRequest request, long deadlineNanos, @Nullable Span span, Consumer<KvResponse> reply) {
    if (request instanceof KvRequest.GetAll all && all.at() != null) {
      new DividedGet(new RangeWay(span), all, deadlineNanos, reply).start();
    } else {
      new Attempt(this, request, deadlineNanos, span, reply).start();
    }
  }

  /** How {@link DividedGet} reaches ranges. */
  private final class RangeWay implements DividedGet.Way {
    private final @Nullable Span span;

    RangeWay(@Nullable Span span) {
      this.span = span;
    }

    @Override
    public @Nullable RangeDescriptor known(Key key) {
      return KvGateway.this.known(key);
    }

    @Override
    public void whereIs(Key key, long deadlineNanos, Consumer<@Nullable RangeDescriptor> found) {
      KvGateway.this.whereIs(key, deadlineNanos, found);
    }

    @Override
    public void sendToOne(KvRequest request, long deadlineNanos, Consumer<KvResponse> answer) {
      new Attempt(KvGateway.this, request, deadlineNanos, span, answer).start();
    }
  }

  /** Answers a read at once when this node leads its range; false when it cannot. */
  private boolean readHere(
      KvRequest.Read read, long deadlineNanos, @Nullable Span above, Consumer<KvResponse> reply) {
    RangeDescriptor believed = locate(read);
    LocalReplica replica = believed == null ? null : parts.directory().find(believed.id());
    if (replica == null) {
      return false;
    }
    if (!LeasedReads.isShort(read)) {
      // What may take long is never done on the caller's thread.
      if (!parts.leased().granted(replica)) {
        return false;
      }
      parts.disk().execute(() -> readOnDisk(replica, read, deadlineNanos, above, reply));
      return true;
    }
    long begun = above == null ? 0 : parts.clock().nanos();
    try {
      RangeReply answer = parts.leased().read(replica, read, StateStore.ReadMode.CACHE_ONLY);
      if (answer instanceof RangeReply.Done done) {
        if (above != null) {
          ended(above.child("read.leased", begun), replica, done);
        }
        reply.accept(done.response());
        return true;
      }
      return false;
    } catch (StateStore.WouldBlock onDisk) {
      parts.disk().execute(() -> readOnDisk(replica, read, deadlineNanos, above, reply));
      return true;
    }
  }

  private static void ended(Span span, LocalReplica replica, RangeReply.Done done) {
    RequestSpans.end(span.with("range", replica.key().range().value()), done.response());
  }

  private void readOnDisk(
      LocalReplica replica,
      KvRequest.Read read,
      long deadlineNanos,
      @Nullable Span above,
      Consumer<KvResponse> reply) {
    long begun = above == null ? 0 : parts.clock().nanos();
    RangeReply answer = parts.leased().read(replica, read, StateStore.ReadMode.MAY_BLOCK);
    if (answer instanceof RangeReply.Done done) {
      if (above != null) {
        ended(above.child("read.leased", begun).with("disk", 1), replica, done);
      }
      reply.accept(done.response());
    } else {
      goOn(read, deadlineNanos, above, reply);
    }
  }

  /**
   * Finds the range that is believed to hold a key.
   *
   * @param reply gets null when that could not be found out in time
   */
  public void whereIs(Key key, long deadlineNanos, Consumer<@Nullable RangeDescriptor> reply) {
    RangeDescriptor known = parts.descriptors().holding(key);
    if (known != null) {
      reply.accept(known);
    } else if (parts.clock().nanos() - deadlineNanos >= 0) {
      reply.accept(null);
    } else {
      lookUp(
          new KvRequest.Get(key),
          deadlineNanos,
          found -> {
            RangeDescriptor range = found ? parts.descriptors().holding(key) : null;
            if (range != null) {
              reply.accept(range);
            } else {
              parts.later().run(LOOK_UP_AGAIN_NANOS, () -> whereIs(key, deadlineNanos, reply));
            }
          });
    }
  }

  /** The range believed to hold a key; null when it has to be looked up. */
  public @Nullable RangeDescriptor known(Key key) {
    return parts.descriptors().holding(key);
  }

  /** The range believed to serve a request; null when it has to be looked up. */
  public @Nullable RangeDescriptor locate(KvRequest request) {
    return parts.descriptors().serving(request);
  }

  /** Looks up which range serves a request, in the system range; answers true when it knows. */
  public void lookUp(KvRequest request, long deadlineNanos, Consumer<Boolean> known) {
    lookUp(request, deadlineNanos, null, known);
  }

  /**
   * As above.
   *
   * @param gone nobody had a replica of it: where it is on record, the next record is looked at
   */
  void lookUp(
      KvRequest request,
      long deadlineNanos,
      @Nullable RangeDescriptor gone,
      Consumer<Boolean> known) {
    if (Keyspace.SYSTEM.contains(request.routingKey())) {
      findSystemRange();
      known.accept(false);
    } else {
      lookup.start(request, deadlineNanos, gone, known);
    }
  }

  private void findSystemRange() {
    LocalReplica local = parts.directory().find(RangeId.SYSTEM);
    RangeDescriptor own = local == null ? null : local.view().descriptor();
    if (own != null) {
      parts.descriptors().learn(own);
      return;
    }
    for (NodeId node : parts.nodes().others()) {
      parts.peers().send(node, new PeerMessage.FindSystemRange());
    }
  }
}
