package dev.troupe.node;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.LocalRanges;
import dev.troupe.protocol.spi.NodeQuestions;
import dev.troupe.protocol.spi.OpenTransactions;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.protocol.spi.Transactions;
import java.util.List;

/** The ports to data that the doors see, switched together. Any thread. */
public final class SwitchablePorts {
  private final SwitchableKv kv = new SwitchableKv();
  private final SwitchableTransactions transactions = new SwitchableTransactions();
  private final SwitchableTimestamps timestamps = new SwitchableTimestamps();
  private final SwitchableFollowerReads followers = new SwitchableFollowerReads();
  private final SwitchableSignals signals = new SwitchableSignals();
  private final SwitchableQuestions questions = new SwitchableQuestions();
  private volatile LocalRanges ranges = LocalRanges.NONE;
  private volatile OpenTransactions underWay = OpenTransactions.NONE;

  public KvClient kv() {
    return kv;
  }

  public Transactions transactions() {
    return transactions;
  }

  public TimestampSource timestamps() {
    return timestamps;
  }

  public FollowerReads followers() {
    return followers;
  }

  public SessionSignals signals() {
    return signals;
  }

  public NodeQuestions questions() {
    return questions;
  }

  /** Of this node's replicas; nothing while it is in no cluster. */
  public LocalRanges ranges() {
    return new LocalRanges() {
      @Override
      public List<Answered> answered() {
        return ranges.answered();
      }

      @Override
      public boolean leads(Key key) {
        return ranges.leads(key);
      }
    };
  }

  /** Transactions of this node; none while it is in no cluster. */
  public OpenTransactions underWay() {
    return () -> underWay.seen();
  }

  public void connect(ClusterHandle cluster) {
    kv.connect(cluster.kv());
    transactions.connect(cluster.transactions());
    timestamps.connect(cluster.timestamps());
    followers.connect(cluster.followers());
    signals.connect(cluster.signals());
    questions.connect(cluster.questions());
    ranges = cluster.ranges();
    underWay = cluster.underWay();
  }

  /** Until the next {@link #connect}, every request is refused; nothing is done. */
  public void refuse(ErrorCode code, String message) {
    kv.refuse(code, message);
    transactions.refuse(code, message);
    timestamps.refuse(code, message);
    followers.refuse(code, message);
    ranges = LocalRanges.NONE;
    underWay = OpenTransactions.NONE;
  }
}
