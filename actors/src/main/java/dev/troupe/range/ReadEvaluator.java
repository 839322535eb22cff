package dev.troupe.range;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;

/**
 * Evaluates the reads that a leading replica may answer: at once when the cache is enough, else on
 * a disk thread. Its methods may be called on any thread.
 */
final class ReadEvaluator {
  private final ReplicaKey key;
  private final ReplicaServices services;
  private final LocalReplica local;

  ReadEvaluator(ReplicaKey key, ReplicaServices services, LocalReplica local) {
    this.key = key;
    this.services = services;
    this.local = local;
  }

  /** Evaluates a read now or soon. */
  void start(RangeDescriptor current, RangeReplica.Kv kv) {
    if (kv.trace() != null) {
      kv.trace().phase("read");
    }
    if (!LeasedReads.isShort((KvRequest.Read) kv.request())
        || !evaluate(current, kv, StateStore.ReadMode.CACHE_ONLY)) {
      services.disk().execute(() -> evaluate(current, kv, StateStore.ReadMode.MAY_BLOCK));
    }
  }

  /** False when the disk is needed, and may not be waited for. */
  private boolean evaluate(RangeDescriptor current, RangeReplica.Kv kv, StateStore.ReadMode mode) {
    // It may have waited long for its turn at the disk.
    if (refusesLate(kv, services.clock().nanos())) {
      return true;
    }
    RangeReply reply;
    try {
      KvRequest.Read read = (KvRequest.Read) kv.request();
      reply = read(current, read, mode);
      RangeDescriptor after = local.view().descriptor();
      if (after != null && after.generation() != current.generation()) {
        // A split while it was read: keys that have left may have newer values elsewhere.
        reply = read(after, read, mode);
      }
    } catch (StateStore.WouldBlock onDisk) {
      return false;
    } catch (RuntimeException failure) {
      reply = failed(ErrorCode.CORRUPTION, key + " cannot read its state: " + failure.getMessage());
    }
    answerOrWait(kv, reply);
    return true;
  }

  private RangeReply read(RangeDescriptor owned, KvRequest.Read read, StateStore.ReadMode mode) {
    var view = new RangeReads.View(owned, local, services.programs());
    return RangeReads.evaluate(services.state(), view, read, mode);
  }

  /** Who met a lock waits for it, and is not told. */
  void answerOrWait(RangeReplica.Kv kv, RangeReply reply) {
    if (reply instanceof RangeReply.Done done
        && done.response() instanceof KvResponse.Blocked blocked) {
      local.actor().tell(new RangeReplica.LockMet(kv, blocked.key()));
    } else {
      kv.replyTo().accept(reply);
    }
  }

  /** What nobody waits for any more is not done; true when that is so. */
  boolean refusesLate(RangeReplica.Kv kv, long nowNanos) {
    boolean late = nowNanos - kv.deadlineNanos() > 0;
    if (late) {
      kv.replyTo().accept(failed(ErrorCode.DEADLINE_EXCEEDED, "the deadline passed in " + key));
    }
    return late;
  }

  private static RangeReply failed(ErrorCode code, String message) {
    return new RangeReply.Done(new KvResponse.Failed(code, message));
  }
}
