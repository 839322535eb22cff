package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.KvRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sample of the keys that a leader is asked for, in the order in which they came. While it is
 * off, a request pays for looking at a flag; while it is on, about one in so many as it was told
 * leaves a key, and the others count down. The count is not exact when several threads ask: nothing
 * rests on that. Any thread.
 */
public final class KeySample {
  /** The newest so many are kept. */
  public static final int KEYS_MAX = 512;

  /** Steps of a generator whose numbers need not be good: it only breaks up patterns. */
  private static final long MULTIPLIER = 6_364_136_223_846_793_005L;

  private static final long INCREMENT = 1_442_695_040_888_963_407L;

  /** A key that was read or written. */
  public record Sampled(Key key, boolean write) {}

  // There while it is on: a node has thousands of replicas that are not watched.
  private Sampled @Nullable [] ring;
  private int taken;
  private long state = 1;
  // 0: off. Read by every request.
  private volatile int every;
  private int countdown;

  /**
   * Begins, or goes on.
   *
   * @param oneIn of how many requests one leaves a key, on average
   */
  public synchronized void on(int oneIn) {
    every = Math.max(1, oneIn);
  }

  /** Ends, and forgets. */
  public synchronized void off() {
    every = 0;
    taken = 0;
    ring = null;
  }

  public boolean isOn() {
    return every != 0;
  }

  /** A request is answered or proposed. */
  void saw(KvRequest request) {
    if (every != 0 && --countdown < 0) {
      keep(request);
    }
  }

  private synchronized void keep(KvRequest request) {
    if (every == 0) {
      return;
    }
    Sampled[] kept = ring;
    if (kept == null) {
      kept = new Sampled[KEYS_MAX];
      ring = kept;
    }
    long draw = (state = state * MULTIPLIER + INCREMENT) >>> 33;
    // Between nothing and twice the mean: what comes in turns would fall into step otherwise.
    countdown = (int) (draw % (2L * every));
    kept[taken++ % KEYS_MAX] =
        new Sampled(key(request, (int) draw & 0xFFFF), request instanceof KvRequest.Write);
  }

  /** Of a request for several keys, any of them. */
  private static Key key(KvRequest request, int draw) {
    return switch (request) {
      case KvRequest.GetAll all -> all.keys().get(draw % all.keys().size());
      case KvRequest.Batch batch -> batch.writes().get(draw % batch.writes().size()).routingKey();
      case KvRequest.CommitOnePhase commit when !commit.changes().isEmpty() ->
          commit.changes().get(draw % commit.changes().size()).key();
      case KvRequest.Prepare prepare when !prepare.changes().isEmpty() ->
          prepare.changes().get(draw % prepare.changes().size()).key();
      case KvRequest.Scan scan -> scan.span().start();
      default -> request.routingKey();
    };
  }

  /** What was kept since the last call, oldest first. */
  public synchronized List<Sampled> take() {
    Sampled[] kept = ring;
    if (kept == null) {
      return List.of();
    }
    int from = Math.max(0, taken - KEYS_MAX);
    List<Sampled> keys = new ArrayList<>(taken - from);
    for (int i = from; i < taken; i++) {
      keys.add(kept[i % KEYS_MAX]);
    }
    taken = 0;
    return keys;
  }
}
