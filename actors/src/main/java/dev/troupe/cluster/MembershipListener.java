package dev.troupe.cluster;

import dev.troupe.gateway.DescriptorCache;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.store.PendingCalls;
import dev.troupe.transport.PeerLinks;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/** Tells the parts of a node which other nodes come, fall silent and go. Hints, all of it. */
final class MembershipListener {
  /**
   * Whom it tells.
   *
   * @param doubt run when a node seems lost, on any thread: what worked may not work any more
   */
  record Parts(
      NodeId self,
      ClusterNodes nodes,
      PeerLinks links,
      PendingCalls calls,
      DescriptorCache descriptors,
      ReplicaDirectory directory,
      Runnable doubt) {
    private void lost(NodeId node) {
      nodeLost(node, calls, descriptors, directory);
      doubt.run();
    }
  }

  private final Parts parts;

  private MembershipListener(Parts parts) {
    this.parts = parts;
  }

  static Behavior<ClusterEvent.ClusterDomainEvent> create(Parts parts) {
    return Behaviors.setup(
        context -> {
          ActorSystem<?> system = context.getSystem();
          Cluster.get(system)
              .subscriptions()
              .tell(Subscribe.create(context.getSelf(), ClusterEvent.ClusterDomainEvent.class));
          parts.links().onProcessGone(node -> processGone(parts, system, node));
          var listener = new MembershipListener(parts);
          return Behaviors.receiveMessage(
              event -> {
                listener.onEvent(event);
                return Behaviors.same();
              });
        });
  }

  private static void processGone(Parts parts, ActorSystem<?> system, NodeId node) {
    parts.lost(node);
    // Whoever stays a member holds up singletons, sharding and convergence.
    ClusterNodes.Seen seen = parts.nodes().members().get(node);
    if (seen != null) {
      ToldFailureDetector.remove(system, seen.address());
    }
  }

  private void onEvent(ClusterEvent.ClusterDomainEvent event) {
    switch (event) {
      case ClusterEvent.ReachableMember reachable -> onReachable(reachable.member());
      case ClusterEvent.UnreachableMember unreachable -> onUnreachable(unreachable.member());
      case ClusterEvent.MemberEvent changed -> onMember(changed.member());
      default -> {
        // Leaders and convergence of the membership concern nobody here.
      }
    }
  }

  private void onMember(Member member) {
    var node = MemberRoles.nodeOf(member);
    if (node.isEmpty()) {
      return;
    }
    MemberStatus status = member.status();
    if (status.equals(MemberStatus.up()) || status.equals(MemberStatus.weaklyUp())) {
      MemberRoles.peerAddressOf(member)
          .ifPresent(address -> parts.links().nodeUp(node.get(), address));
      parts.nodes().up(node.get(), member.uniqueAddress());
    } else if (status.equals(MemberStatus.down()) || status.equals(MemberStatus.removed())) {
      if (parts.nodes().gone(node.get(), member.uniqueAddress())) {
        MemberRoles.peerAddressOf(member)
            .ifPresent(address -> parts.links().nodeGone(node.get(), address));
        lost(node.get());
      }
    }
  }

  private void onReachable(Member member) {
    MemberRoles.nodeOf(member)
        .ifPresent(node -> parts.nodes().reachable(node, member.uniqueAddress(), true));
  }

  private void onUnreachable(Member member) {
    MemberRoles.nodeOf(member)
        .ifPresent(
            node -> {
              if (parts.nodes().reachable(node, member.uniqueAddress(), false)) {
                lost(node);
              }
            });
  }

  private void lost(NodeId node) {
    if (!node.equals(parts.self())) {
      parts.lost(node);
    }
  }

  /** A node is silent or gone: nobody should wait for it. */
  static void nodeLost(
      NodeId node, PendingCalls calls, DescriptorCache descriptors, ReplicaDirectory directory) {
    descriptors.nodeLost(node);
    calls.nodeLost(node);
    for (LocalReplica replica : directory.all()) {
      replica.actor().tell(new RangeReplica.NodeLost(node));
    }
  }
}
