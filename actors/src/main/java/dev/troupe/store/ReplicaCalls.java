package dev.troupe.store;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.range.AdminRequest;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.RangeReplica.AdminOutcome;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.transport.PeerNetwork;
import java.util.function.Consumer;

/**
 * Asks the replica that some node has of a range for a change. Any thread; never blocks.
 *
 * @param self the node that asks: it has replicas, too
 */
public record ReplicaCalls(
    NodeId self,
    ReplicaDirectory directory,
    PeerNetwork peers,
    PendingCalls calls,
    MonotonicClock clock) {

  /**
   * Asks once.
   *
   * @param answer called once; with Elsewhere and nobody when there was no replica or no answer, in
   *     which case the change may have been made all the same
   */
  public void ask(
      NodeId node, AdminRequest request, long deadlineNanos, Consumer<AdminOutcome> answer) {
    if (node.equals(self)) {
      askHere(request, deadlineNanos, answer);
    } else {
      askThere(node, request, deadlineNanos, answer);
    }
  }

  private void askHere(AdminRequest request, long deadline, Consumer<AdminOutcome> answer) {
    LocalReplica replica = directory.find(request.range());
    if (replica == null) {
      answer.accept(new AdminOutcome.Elsewhere(null));
    } else {
      replica.actor().tell(new RangeReplica.Administer(request, deadline, answer));
    }
  }

  private void askThere(
      NodeId node, AdminRequest request, long deadline, Consumer<AdminOutcome> answer) {
    long call =
        calls.register(
            node,
            null,
            deadline,
            end ->
                answer.accept(
                    end instanceof PendingCalls.End.Answered answered
                            && answered.answer() instanceof PeerMessage.AdminAnswer said
                        ? outcome(said)
                        : new AdminOutcome.Elsewhere(null)));
    long millis = Math.max(1, (deadline - clock.nanos()) / 1_000_000L);
    boolean sent = peers.send(node, new PeerMessage.AdminCall(call, request, millis));
    if (!sent && calls.withdraw(call)) {
      answer.accept(new AdminOutcome.Elsewhere(null));
    }
  }

  private static AdminOutcome outcome(PeerMessage.AdminAnswer said) {
    if (said.errorCode().isEmpty()) {
      return new AdminOutcome.Reached();
    }
    ErrorCode code = codeOf(said.errorCode());
    return switch (code) {
      case NOT_LEADER ->
          new AdminOutcome.Elsewhere(said.leader() == 0 ? null : new NodeId(said.leader()));
      case UNKNOWN_RANGE -> new AdminOutcome.Elsewhere(null);
      default -> new AdminOutcome.Failed(code, said.error());
    };
  }

  private static ErrorCode codeOf(String name) {
    try {
      return ErrorCode.valueOf(name);
    } catch (IllegalArgumentException newer) {
      return ErrorCode.INTERNAL;
    }
  }
}
