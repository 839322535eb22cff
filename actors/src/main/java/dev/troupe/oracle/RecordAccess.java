package dev.troupe.oracle;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.range.LeaderView;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.RangeReply;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.store.PendingCalls;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The oracle's record and the system range's lease, as this node reaches them. Any thread. */
final class RecordAccess {
  private static final long PATIENCE_NANOS = 1_000_000_000L;

  /** A replica's lease: an epoch of its view ends with every interruption of leadership. */
  private record Hold(LeaderView view, long epoch, MonotonicClock clock) implements LeaseHold {
    @Override
    public boolean holds() {
      return view.holds(epoch, clock.nanos());
    }
  }

  private final KvClient kv;
  private final ReplicaDirectory directory;
  private final PendingCalls calls;
  private final MonotonicClock clock;

  RecordAccess(KvClient kv, ReplicaDirectory directory, PendingCalls calls, MonotonicClock clock) {
    this.kv = kv;
    this.directory = directory;
    this.calls = calls;
    this.clock = clock;
  }

  /** The lease under which the system range is led here now; null when there is none. */
  @Nullable LeaseHold lease() {
    LocalReplica replica = directory.find(RangeId.SYSTEM);
    if (replica == null) {
      return null;
    }
    long epoch = replica.view().begin(clock.nanos());
    return epoch == LeaderView.REFUSED ? null : new Hold(replica.view(), epoch, clock);
  }

  /** Reads on the own replica, which answers only as the leader. */
  void readHere(Consumer<OracleCore.RecordRead> ended) {
    LocalReplica replica = directory.find(RangeId.SYSTEM);
    if (replica == null) {
      ended.accept(new OracleCore.RecordRead.NotHere(null));
      return;
    }
    long deadline = clock.nanos() + PATIENCE_NANOS;
    var once = new AtomicBoolean();
    // A replica that stops meanwhile may answer nothing.
    long call =
        calls.register(
            null,
            RangeId.SYSTEM,
            deadline,
            end -> {
              if (once.compareAndSet(false, true)) {
                ended.accept(new OracleCore.RecordRead.Failed());
              }
            });
    Consumer<RangeReply> answered =
        reply -> {
          if (once.compareAndSet(false, true)) {
            calls.withdraw(call);
            ended.accept(read(reply));
          }
        };
    replica
        .actor()
        .tell(new RangeReplica.Kv(new KvRequest.Get(Keyspace.ORACLE), deadline, answered));
  }

  private static OracleCore.RecordRead read(RangeReply reply) {
    return switch (reply) {
      case RangeReply.Done done -> read(done.response());
      case RangeReply.NotLeader other -> new OracleCore.RecordRead.NotHere(other.leader());
      case RangeReply.NotOwner other -> new OracleCore.RecordRead.Failed();
      case RangeReply.CrossesBorder other -> new OracleCore.RecordRead.Failed();
      case RangeReply.NoReplica none -> new OracleCore.RecordRead.NotHere(null);
    };
  }

  private static OracleCore.RecordRead read(KvResponse response) {
    return response instanceof KvResponse.Value value
        ? new OracleCore.RecordRead.Found(value.value())
        : new OracleCore.RecordRead.Failed();
  }

  void readAnywhere(Consumer<OracleCore.RecordRead> ended) {
    kv.send(
        new KvRequest.Get(Keyspace.ORACLE),
        clock.nanos() + PATIENCE_NANOS,
        response -> ended.accept(read(response)));
  }

  void swap(byte @Nullable [] expected, byte[] next, Consumer<OracleCore.Swap> ended) {
    kv.send(
        new KvRequest.CompareAndSet(Keyspace.ORACLE, expected, next),
        clock.nanos() + PATIENCE_NANOS,
        response -> ended.accept(swapped(response)));
  }

  private static OracleCore.Swap swapped(KvResponse response) {
    if (response instanceof KvResponse.Compared compared) {
      return compared.swapped()
          ? new OracleCore.Swap.Swapped()
          : new OracleCore.Swap.Differs(compared.current());
    }
    return new OracleCore.Swap.Unknown();
  }
}
