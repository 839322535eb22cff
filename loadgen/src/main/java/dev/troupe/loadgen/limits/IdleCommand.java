package dev.troupe.loadgen.limits;

import dev.troupe.client.TroupeClient;
import dev.troupe.client.TroupeClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Many transactions that are open at once, and of which nobody wants anything for a while. */
@Command(
    name = "idle",
    description = {
      "Opens transactions on all nodes, each with a read and a buffered write, keeps them, and",
      "commits every other one and rolls the others back."
    })
final class IdleCommand extends LimitCommand {
  private static final String PREFIX = "idle";

  @Option(names = "--count", defaultValue = "10000")
  private int count;

  @Option(names = "--hold-seconds", defaultValue = "15", description = "After all are open.")
  private int holdSeconds;

  @Option(names = "--deadline-seconds", defaultValue = "55", description = "Of each of them.")
  private int deadlineSeconds;

  /** So many open at a time: a storm of connections is not what is to be shown. */
  private static final int OPENING_MAX = 128;

  private final Semaphore opening = new Semaphore(OPENING_MAX);
  private final CountDownLatch leave = new CountDownLatch(1);
  private final AtomicInteger committed = new AtomicInteger();
  private final AtomicInteger rolledBack = new AtomicInteger();
  private final Map<String, Integer> refused = new ConcurrentSkipListMap<>();

  /** Makes the client roll back. */
  private static final class ChangedMind extends RuntimeException {
    private static final long serialVersionUID = 1;

    ChangedMind() {
      super("the user has changed their mind");
    }
  }

  @Override
  void run(TroupeClient ignored) throws InterruptedException {
    List<TroupeClient> clients = onePerNode();
    var settled = new CountDownLatch(count);
    long begin = System.nanoTime();
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        int number = i;
        opening.acquire();
        users.execute(() -> use(clients.get(number % clients.size()), number, settled));
      }
      settled.await();
      int open = count - refused.values().stream().mapToInt(Integer::intValue).sum();
      say("opened %d of %d in %d ms, refused %s", open, count, millisSince(begin), refused);
      if (leave.await(holdSeconds, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody counts down");
      }
      begin = System.nanoTime();
      leave.countDown();
    }
    say(
        "ended in %d ms: %d committed, %d rolled back, refused %s",
        millisSince(begin), committed.get(), rolledBack.get(), refused);
    clients.forEach(TroupeClient::close);
  }

  private List<TroupeClient> onePerNode() {
    List<TroupeClient> clients = new ArrayList<>();
    for (int i = 0; i < hosts.size(); i++) {
      List<String> order = new ArrayList<>(hosts);
      Collections.rotate(order, -i);
      clients.add(
          TroupeClient.builder(order.toArray(String[]::new))
              .answerTimeout(Duration.ofSeconds(deadlineSeconds))
              .build());
    }
    return clients;
  }

  private void awaitEnd() {
    try {
      leave.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nobody interrupts users", e);
    }
  }

  private void use(TroupeClient client, int number, CountDownLatch settled) {
    boolean[] told = new boolean[1];
    try {
      client.transact(
          once(Duration.ofSeconds(deadlineSeconds)),
          tx -> {
            tx.put(key(PREFIX, number), new byte[] {1});
            tx.get(key(PREFIX + "-read", number));
            told[0] = true;
            opened(settled);
            awaitEnd();
            if (number % 2 == 1) {
              throw new ChangedMind();
            }
          });
      committed.incrementAndGet();
    } catch (ChangedMind e) {
      rolledBack.incrementAndGet();
    } catch (TroupeClientException e) {
      refused.merge(e.reason(), 1, Integer::sum);
    } finally {
      if (!told[0]) {
        opened(settled);
      }
    }
  }

  private void opened(CountDownLatch settled) {
    opening.release();
    settled.countDown();
  }
}
