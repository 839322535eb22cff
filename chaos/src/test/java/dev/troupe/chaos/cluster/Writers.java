package dev.troupe.chaos.cluster;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Writers that each own a key, raise its number one by one, and remember what was acknowledged and
 * what is in doubt. A read of an own key must never be below the last acknowledged number nor above
 * the last one sent.
 */
final class Writers implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final AtomicBoolean stop = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private final Map<Integer, Long> acknowledged = new ConcurrentHashMap<>();
  private final Map<Integer, Long> sent = new ConcurrentHashMap<>();
  private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong writes = new AtomicLong();
  private final List<String> ambiguous = Collections.synchronizedList(new ArrayList<>());
  private final List<String> refused = Collections.synchronizedList(new ArrayList<>());
  private final Supplier<LocalNode> gateway;
  private final long restNanos;

  /** Each writes as fast as it can. */
  Writers(int count, Supplier<LocalNode> gateway) {
    this(count, gateway, Duration.ZERO);
  }

  /** Each rests after a write, so that ranges do not grow by what they write. */
  Writers(int count, Supplier<LocalNode> gateway, Duration rest) {
    this.gateway = gateway;
    this.restNanos = rest.toNanos();
    for (int writer = 0; writer < count; writer++) {
      int id = writer;
      threads.add(Thread.ofVirtual().start(() -> run(id)));
    }
  }

  static Key key(int writer) {
    return Keyspace.kv("writers", ("w" + writer).getBytes(StandardCharsets.UTF_8));
  }

  long writes() {
    return writes.get();
  }

  /** What was said of each write whose outcome is not known. */
  List<String> ambiguous() {
    return ambiguous;
  }

  /** What was said of each write that was not done. */
  List<String> refused() {
    return refused;
  }

  private void run(int writer) {
    long next = 1;
    while (!stop.get()) {
      sent.put(writer, next);
      KvResponse answer = gateway.get().send(new KvRequest.Put(key(writer), bytes(next)), TIMEOUT);
      switch (answer) {
        case KvResponse.Written written -> {
          acknowledged.put(writer, next);
          writes.incrementAndGet();
          next++;
        }
        case KvResponse.Failed failed -> {
          if (failed.code() == ErrorCode.AMBIGUOUS) {
            ambiguous.add("w" + writer + ": " + failed.message());
            next++;
          } else {
            refused.add("w" + writer + ": " + failed.code() + ": " + failed.message());
          }
        }
        default -> violations.add("a put was answered by " + answer);
      }
      check(writer, gateway.get().send(new KvRequest.Get(key(writer)), TIMEOUT));
      LockSupport.parkNanos(restNanos);
    }
  }

  private void check(int writer, KvResponse answer) {
    if (answer instanceof KvResponse.Value value) {
      byte[] stored = value.value();
      long found = stored == null ? 0 : Long.parseLong(new String(stored, StandardCharsets.UTF_8));
      long least = acknowledged.getOrDefault(writer, 0L);
      if (found < least || found > sent.getOrDefault(writer, 0L)) {
        violations.add("w" + writer + " read " + found + " after " + least + " was acknowledged");
      }
    }
  }

  private static byte[] bytes(long number) {
    return Long.toString(number).getBytes(StandardCharsets.UTF_8);
  }

  /** Stops, reads every key once more through a node, and gives what was wrong. */
  List<String> violations(LocalNode through) {
    close();
    for (int writer : new TreeMap<>(sent).keySet()) {
      check(writer, through.send(new KvRequest.Get(key(writer)), Duration.ofSeconds(20)));
    }
    return violations;
  }

  @Override
  public void close() {
    stop.set(true);
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
    }
  }
}
