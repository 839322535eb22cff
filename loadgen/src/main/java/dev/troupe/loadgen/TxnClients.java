package dev.troupe.loadgen;

import dev.troupe.client.TroupeClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The connections of a run of transactions. */
final class TxnClients implements AutoCloseable {
  private final List<TroupeClient> clients = new ArrayList<>();

  TxnClients(List<String> addresses, int connections, String namespace, Duration timeout) {
    for (int i = 0; i < connections; i++) {
      List<String> order = new ArrayList<>(addresses);
      Collections.rotate(order, -i);
      clients.add(
          TroupeClient.builder(order.toArray(String[]::new))
              .namespace(namespace)
              .answerTimeout(timeout)
              .build());
    }
  }

  /** Clients are dealt out in turn. */
  TroupeClient client(int user) {
    return clients.get(user % clients.size());
  }

  @Override
  public void close() {
    clients.forEach(TroupeClient::close);
  }
}
