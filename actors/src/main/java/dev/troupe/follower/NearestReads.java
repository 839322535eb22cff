package dev.troupe.follower;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.range.TimedReads;
import dev.troupe.store.PeerDispatch;
import dev.troupe.store.PeerMessage;
import java.time.Duration;
import java.util.function.Consumer;

/** A node's part in reads from near replicas: asks for its clients, answers others. Any thread. */
public final class NearestReads implements FollowerReads, PeerDispatch.FollowerVoice {
  /** Longer than any version is kept. */
  private static final Duration STALENESS_MAX = Duration.ofDays(365);

  private final FollowerParts parts;
  private final FollowerMetrics metrics = new FollowerMetrics();
  private final ClosedPublisher publisher;
  private final ReplicaReader reader;
  private final IssuedTime time;
  private final Nearness nearness;

  public NearestReads(FollowerParts parts) {
    this.parts = parts;
    publisher = new ClosedPublisher(parts, metrics);
    reader = new ReplicaReader(parts, publisher, metrics);
    time = new IssuedTime(parts);
    nearness = new Nearness(parts.node().self());
  }

  public FollowerMetrics metrics() {
    return metrics;
  }

  @Override
  public Counts counts() {
    return new Counts(metrics.served(), metrics.waited(), metrics.redirected());
  }

  FollowerParts parts() {
    return parts;
  }

  ReplicaReader reader() {
    return reader;
  }

  IssuedTime time() {
    return time;
  }

  Nearness nearness() {
    return nearness;
  }

  @Override
  public void read(KvRequest.Read read, long deadlineNanos, Consumer<Answer> reply) {
    Timestamp at = TimedReads.timeOf(read);
    if (at == null) {
      reply.accept(failed(ErrorCode.INVALID_ARGUMENT, "a read of the past needs a timestamp"));
      return;
    }
    new TimedAttempt(this, read, deadlineNanos, reply).exactly(at);
  }

  @Override
  public void readStale(
      KvRequest.Read read, Duration maxStaleness, long deadlineNanos, Consumer<Answer> reply) {
    if (read instanceof KvRequest.TxnQuestion || maxStaleness.isNegative()) {
      reply.accept(
          failed(
              ErrorCode.INVALID_ARGUMENT, "only a Get or Scan can be stale, by a positive time"));
      return;
    }
    Duration allowed = maxStaleness.compareTo(STALENESS_MAX) > 0 ? STALENESS_MAX : maxStaleness;
    time.now(
        allowed.toNanos(),
        deadlineNanos,
        now -> {
          long oldest = Math.max(1, now.millis() - allowed.toMillis());
          new TimedAttempt(this, read, deadlineNanos, reply)
              .newest(Timestamp.of(oldest, 0), now.drawn());
        });
  }

  static Answer failed(ErrorCode code, String message) {
    return new Answer(new KvResponse.Failed(code, message), Timestamp.MIN, null);
  }

  @Override
  public void onFollower(NodeId from, PeerMessage.OfFollowers message) {
    switch (message) {
      case PeerMessage.FollowRanges m -> publisher.followed(from, m.ranges());
      case PeerMessage.ClosedUpTo m -> reader.heard(m);
      case PeerMessage.CloseCall m -> reader.close(from, m);
      case PeerMessage.TimedCall m -> onCall(from, m);
      // Answers end the calls that wait for them, and do not come here.
      case PeerMessage.CloseAnswer m -> throw unexpected(m);
      case PeerMessage.TimedAnswer m -> throw unexpected(m);
    }
  }

  private static IllegalArgumentException unexpected(PeerMessage message) {
    return new IllegalArgumentException("an answer to nothing: " + message);
  }

  private void onCall(NodeId from, PeerMessage.TimedCall m) {
    if (!(m.request() instanceof KvRequest.Read read) || read instanceof KvRequest.TxnQuestion) {
      throw new IllegalArgumentException("not a plain read: " + m.request());
    }
    long deadline = parts.now() + m.timeoutMillis() * 1_000_000L;
    reader.serve(
        new ReplicaReader.Wish(m.range(), read, m.at(), m.newest(), m.mayWait(), deadline),
        answer ->
            parts
                .node()
                .peers()
                .send(from, new PeerMessage.TimedAnswer(m.call(), answer.at(), answer.reply())));
  }
}
