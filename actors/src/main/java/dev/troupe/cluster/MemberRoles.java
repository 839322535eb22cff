package dev.troupe.cluster;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.transport.PeerAddress;
import java.util.Optional;
import org.apache.pekko.cluster.Member;

/** What a node tells all members of itself in the roles it joins with. */
public final class MemberRoles {
  private static final String STORE = "store-";
  private static final String PEER_PORT = "peer-port-";

  private MemberRoles() {}

  /** The role by which the owner of a store is known among the members. */
  public static String store(NodeId node) {
    return STORE + node.value();
  }

  /** The role that says on which port the transport of a node is reached. */
  static String peerPort(int port) {
    return PEER_PORT + port;
  }

  /** The node a member stands for. */
  public static Optional<NodeId> nodeOf(Member member) {
    return number(member, STORE).map(NodeId::new);
  }

  /** Where the transport of a member is reached, if it has one. */
  static Optional<PeerAddress> peerAddressOf(Member member) {
    return number(member, PEER_PORT)
        .map(port -> new PeerAddress(member.address().getHost().orElse(""), port));
  }

  private static Optional<Integer> number(Member member, String prefix) {
    return member.getRoles().stream()
        .filter(role -> role.startsWith(prefix))
        .findFirst()
        .map(role -> Integer.valueOf(role.substring(prefix.length())));
  }
}
