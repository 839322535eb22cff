package dev.troupe.node.cluster;

import dev.troupe.cluster.ClusterMember;
import dev.troupe.node.ClusterHandle;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.LocalRanges;
import dev.troupe.protocol.spi.NodeQuestions;
import dev.troupe.protocol.spi.OpenTransactions;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.protocol.spi.Transactions;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A {@link ClusterMember} as the rest of the node sees it. */
final class MemberHandle implements ClusterHandle {
  private final ClusterMember member;

  MemberHandle(ClusterMember member) {
    this.member = member;
  }

  @Override
  public KvClient kv() {
    return member.kv();
  }

  @Override
  public Transactions transactions() {
    return member.transactions();
  }

  @Override
  public TimestampSource timestamps() {
    return member.timestamps();
  }

  @Override
  public FollowerReads followers() {
    return member.followers();
  }

  @Override
  public SessionSignals signals() {
    return member.signals();
  }

  @Override
  public NodeQuestions questions() {
    return member.questions();
  }

  @Override
  public OpenTransactions underWay() {
    return member.underWay();
  }

  @Override
  public LocalRanges ranges() {
    return member.ranges();
  }

  @Override
  public ClusterAdmin admin() {
    return member.admin();
  }

  @Override
  public boolean ready() {
    return member.ready();
  }

  @Override
  public String notReadyReason() {
    return member.notReadyReason();
  }

  @Override
  public List<String> peers() {
    return member.peers();
  }

  @Override
  public CompletionStage<Void> drain() {
    return member.drain();
  }

  @Override
  public CompletionStage<Void> stop() {
    return member.stop().thenApply(reason -> null);
  }

  @Override
  public CompletionStage<End> ended() {
    return member
        .ended()
        .thenApply(
            reason ->
                switch (reason) {
                  case TERMINATED -> End.STOPPED;
                  case EXPELLED, MERGING -> End.EXPELLED;
                  case WRONG_CLUSTER -> End.WRONG_CLUSTER;
                  case DECOMMISSIONED -> End.DECOMMISSIONED;
                });
  }
}
