package dev.troupe.chaos.sim;

import dev.troupe.chaos.check.Checks;
import dev.troupe.chaos.check.DurableView;
import dev.troupe.chaos.check.GroupView;
import dev.troupe.chaos.check.ReplicaView;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.Ready;
import dev.troupe.raft.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The nodes, the network between them and who lives where; also what an observer knows of all. */
final class SimGroup implements GroupView {
  /**
   * Where the log of a new group begins: not at the very beginning, so that a replica that has
   * nothing can only start from a snapshot.
   */
  static final LogPosition ORIGIN = new LogPosition(5, 1);

  private final SimWorld world;
  private final SimOptions options;
  private final Checks checks;
  private final SimNetwork network;
  private final List<SimNode> nodes = new ArrayList<>();
  private final TreeMap<ReplicaId, StoredReplica> disks = new TreeMap<>();
  private final CommittedMemberships memberships;
  private final TransferWatch transfers;
  private @Nullable List<ReplicaView> running;
  private long lastStream;
  private long seen = ORIGIN.index();

  SimGroup(SimWorld world, SimOptions options) {
    this.world = world;
    this.options = options;
    this.checks = new Checks(ORIGIN, this, SimGroup::commandAt);
    this.network =
        new SimNetwork(world, options, (from, to, packet) -> node(to).receive(from, packet));
    for (int i = 1; i <= options.nodes(); i++) {
      nodes.add(new SimNode(i, this));
    }
    Membership founders = Membership.EMPTY;
    for (int i = 1; i <= options.voters(); i++) {
      founders =
          founders.with(new Member(ReplicaNumbers.next(0, i), node(i).id(), Member.Role.VOTER));
    }
    this.memberships = new CommittedMemberships(founders, world.coverage());
    this.transfers = new TransferWatch(world, options);
    var image = StateImage.initial(ORIGIN, founders);
    var hardState = new HardState(ORIGIN.term(), null, ORIGIN.index());
    for (Member member : founders.members()) {
      node(member.node().value()).found(member.replica(), image, hardState);
    }
    nodes.forEach(SimNode::startTicking);
  }

  private static long commandAt(ReplicaView replica, long index) {
    return ((SimReplica) replica).state().machine().commandAt(index);
  }

  SimWorld world() {
    return world;
  }

  SimOptions options() {
    return options;
  }

  Checks checks() {
    return checks;
  }

  SimNetwork network() {
    return network;
  }

  List<SimNode> nodes() {
    return nodes;
  }

  SimNode node(int number) {
    return nodes.get(number - 1);
  }

  CommittedMemberships memberships() {
    return memberships;
  }

  TransferWatch transfers() {
    return transfers;
  }

  long nextStream() {
    return ++lastStream;
  }

  SimNode home(ReplicaId replica) {
    return node(ReplicaNumbers.node(replica));
  }

  StoredReplica register(ReplicaId id, SimNode home, HardState hardState, StateImage image) {
    var stored = new StoredReplica(id, hardState, image);
    disks.put(id, stored);
    return stored;
  }

  List<StoredReplica> disks() {
    return List.copyOf(disks.values());
  }

  void send(SimNode from, Packet packet) {
    int to = home(packet.to()).number();
    world.trace().add(from.number(), "send", packet, packet.digest());
    network.send(from.number(), to, packet);
  }

  /** The leader of the highest term, if anybody believes to lead. */
  @Nullable SimReplica leader() {
    SimReplica best = null;
    for (SimNode node : nodes) {
      SimReplica replica = node.replica();
      if (replica == null || replica.role() != Role.LEADER) {
        continue;
      }
      if (best == null || best.term() < replica.term()) {
        best = replica;
      }
    }
    return best;
  }

  void acknowledge(SimReplica by, long command, LogPosition position) {
    if (by.membership().voters().size() == 1) {
      world.coverage().reached(Rare.SINGLE_VOTER_COMMITS);
    }
    checks.acknowledged(command, position);
  }

  void membershipApplied(LogPosition position, Membership membership) {
    memberships.applied(position, membership);
  }

  void roleChanged(SimReplica replica, Ready.RoleChange change) {
    transfers.roleChanged(replica, change);
    boolean replays = options.faults().contains(FaultKind.REPLAY_OLD_MESSAGES);
    if (replays && change.role() == Role.CANDIDATE) {
      network.replayVotes(ReplicaNumbers.node(replica.replica()));
    }
  }

  /** A client has got an answer that reflects the log up to an index. */
  void sawIndex(long index) {
    seen = Math.max(seen, index);
  }

  /** The highest index that any client has seen the effects of. */
  long seen() {
    return seen;
  }

  @Override
  public @Nullable DurableView disk(ReplicaId replica) {
    return disks.get(replica);
  }

  /** A replica has come or gone. */
  void replicasChanged() {
    running = null;
  }

  @Override
  public List<ReplicaView> running() {
    List<ReplicaView> known = running;
    if (known == null) {
      var found = new ArrayList<ReplicaView>();
      for (SimNode node : nodes) {
        if (node.replica() != null) {
          found.add(node.replica());
        }
      }
      known = List.copyOf(found);
      running = known;
    }
    return known;
  }
}
