package dev.troupe.node;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.Transactions;

/** The ports to data that the doors see, switched together. Any thread. */
public final class SwitchablePorts {
  private final SwitchableKv kv = new SwitchableKv();
  private final SwitchableTransactions transactions = new SwitchableTransactions();

  public KvClient kv() {
    return kv;
  }

  public Transactions transactions() {
    return transactions;
  }

  public void connect(ClusterHandle cluster) {
    kv.connect(cluster.kv());
    transactions.connect(cluster.transactions());
  }

  /** Until the next {@link #connect}, every request is refused; nothing is done. */
  public void refuse(ErrorCode code, String message) {
    kv.refuse(code, message);
    transactions.refuse(code, message);
  }
}
