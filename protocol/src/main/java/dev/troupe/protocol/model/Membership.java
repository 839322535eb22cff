package dev.troupe.protocol.model;

import java.util.List;
import java.util.Optional;

/**
 * The members of a Raft group, ordered by replica id. Changes go one voter at a time (Ongaro,
 * dissertation, section 4.1), so that any two successive majorities overlap.
 */
public record Membership(List<Member> members) {
  public static final Membership EMPTY = new Membership(List.of());

  public Membership {
    members = members.stream().sorted((a, b) -> a.replica().compareTo(b.replica())).toList();
    for (int i = 1; i < members.size(); i++) {
      if (members.get(i).replica().equals(members.get(i - 1).replica())) {
        throw new IllegalArgumentException("replica listed twice: " + members.get(i).replica());
      }
    }
  }

  public static Membership of(Member... members) {
    return new Membership(List.of(members));
  }

  public Optional<Member> find(ReplicaId replica) {
    for (Member member : members) {
      if (member.replica().equals(replica)) {
        return Optional.of(member);
      }
    }
    return Optional.empty();
  }

  public Optional<Member> onNode(NodeId node) {
    return members.stream().filter(m -> m.node().equals(node)).findFirst();
  }

  public boolean contains(ReplicaId replica) {
    return find(replica).isPresent();
  }

  public boolean isVoter(ReplicaId replica) {
    return find(replica).map(Member::isVoter).orElse(false);
  }

  public List<Member> voters() {
    return members.stream().filter(Member::isVoter).toList();
  }

  /** Votes or acknowledgements that make a majority. */
  public int quorum() {
    return voters().size() / 2 + 1;
  }

  /** This membership with one member added, or replaced when its replica id is already there. */
  public Membership with(Member member) {
    var next = new java.util.ArrayList<Member>();
    for (Member old : members) {
      if (!old.replica().equals(member.replica())) {
        next.add(old);
      }
    }
    next.add(member);
    return new Membership(next);
  }

  public Membership without(ReplicaId replica) {
    return new Membership(members.stream().filter(m -> !m.replica().equals(replica)).toList());
  }

  @Override
  public String toString() {
    return members.toString();
  }
}
