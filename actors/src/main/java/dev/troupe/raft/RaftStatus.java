package dev.troupe.raft;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a core for people and for decisions about membership.
 *
 * @param membershipPending whether the membership is not that of the applied state yet
 */
public record RaftStatus(
    Role role,
    long term,
    @Nullable ReplicaId leader,
    LogPosition start,
    LogPosition last,
    long commit,
    long applied,
    Membership membership,
    boolean membershipPending,
    boolean quiesced,
    List<Progress> progress) {

  /**
   * What a leader knows of another member.
   *
   * @param matched last index known to be durable there
   * @param recentlyActive answered within the last election timeout
   * @param inSnapshot a snapshot is on its way there
   */
  public record Progress(
      ReplicaId replica, long matched, boolean recentlyActive, boolean inSnapshot) {}
}
