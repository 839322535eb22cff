package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.range.ReplicaSettings;
import dev.troupe.transport.LinkFilter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that got no answer asks another node while the first still works. */
class RepeatedRequestTest {
  private static final int CLIENTS = 6;
  private static final int REQUESTS = 40;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  @TempDir Path base;

  private static Key key(String name) {
    return Keyspace.kv("default", name.getBytes(StandardCharsets.UTF_8));
  }

  /** Of one range and of two, of keys that everybody writes and of keys that nobody else does. */
  @Test
  void shouldCarryOutARequestOnceHoweverManyNodesAreAskedForIt() throws Exception {
    try (LocalCluster cluster =
        new LocalCluster(base, List.of(key("b")), ReplicaSettings.DEFAULTS, LinkFilter.PASS_ALL)) {
      cluster.start(3);
      var clients = new ArrayList<CompletableFuture<Void>>();
      for (int number = 0; number < CLIENTS; number++) {
        Client client = new Client(cluster, number);
        clients.add(
            CompletableFuture.runAsync(client::run, command -> Thread.ofVirtual().start(command)));
      }
      CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).get(2, TimeUnit.MINUTES);
    }
  }

  private static final class Client {
    final LocalCluster cluster;
    final int number;
    final Random random;
    Timestamp told = Transactions.UNKNOWN_AGE;

    Client(LocalCluster cluster, int number) {
      this.cluster = cluster;
      this.number = number;
      this.random = new Random(number);
    }

    void run() {
      for (int i = 0; i < REQUESTS; i++) {
        request(i);
      }
    }

    private void request(int i) {
      Timestamp named = random.nextBoolean() ? told : Transactions.UNKNOWN_AGE;
      TxnId id = TxnId.of(UUID.randomUUID());
      String own = "a/%d/%d".formatted(number, i);
      var operations = new ArrayList<TxnRequest.Operation>();
      for (String name : random.nextBoolean() ? List.of("a", own) : List.of(own, "a", "c")) {
        operations.add(new TxnRequest.Put(key(name), (number + "/" + i).getBytes()));
      }
      var request = new TxnRequest.OneShot(id, named, List.of(), operations, List.of());
      var answers = new ArrayList<CompletableFuture<TxnResponse>>();
      for (int node = 1; node <= 3; node++) {
        answers.add(execute(node, request));
        if (random.nextInt(3) == 0) {
          // Now and then the first has been carried out when it comes again.
          answers.getLast().join();
        }
      }
      Timestamp at = ((TxnResponse.OneShotDone) answers.getFirst().join()).at();
      for (CompletableFuture<TxnResponse> answer : answers) {
        assertThat(answer.join())
            .as("request %d of client %d, named %s", i, number, named)
            .isInstanceOfSatisfying(
                TxnResponse.OneShotDone.class, done -> assertThat(done.at()).isEqualTo(at));
      }
      told = at;
    }

    private CompletableFuture<TxnResponse> execute(int node, TxnRequest.OneShot request) {
      var answer = new CompletableFuture<TxnResponse>();
      cluster
          .node(node)
          .member()
          .transactions()
          .execute(request, SystemClocks.monotonic().nanos() + PATIENCE_NANOS, answer::complete);
      return answer;
    }
  }
}
