package dev.troupe.chaos.planted;

import java.util.List;
import java.util.stream.Stream;

/** The bugs that the simulation has to find, after those that real systems had. */
final class PlantedBugs {
  private PlantedBugs() {}

  static List<PlantedBug> all() {
    return Stream.of(
            elections(), replication(), logs(), leases(), reads(), memberships(), outcomes())
        .flatMap(List::stream)
        .toList();
  }

  /** Who is elected. */
  private static List<PlantedBug> elections() {
    return List.of(
        PlantedBug.of(
            "answers to the pre-vote counted as votes",
            "Election",
            "if (state.role() == Role.PRE_CANDIDATE && response.term() == state.term() + 1) {",
            "if (response.term() == state.term() + (state.role() == Role.CANDIDATE ? 0 : 1)) {"),
        PlantedBug.of(
            "vote sent before it is durable",
            "Election",
            "state.voteFor(request.from());\n    state.outbox.sendWithHardState(",
            "state.voteFor(request.from());\n    state.outbox.sendUnclaimed("),
        PlantedBug.of(
            "vote forgotten at restart",
            "ReplicaState",
            "vote = boot.hardState().vote();",
            "vote = null;"),
        PlantedBug.of(
                "second vote in one term",
                "Election",
                "boolean free = vote == null ? state.leader() == null :"
                    + " vote.equals(request.from());",
                "boolean free = state.leader() == null;")
            .and(
                "ReplicaState",
                "vote == null || vote.equals(candidate), \"second vote",
                "true, \"second vote")
            .and(
                "ReplicaState",
                "if (vote == null) {\n      vote = candidate;",
                "if (!candidate.equals(vote)) {\n      vote = candidate;"),
        PlantedBug.of(
            "votes of an earlier election counted",
            "Election",
            "} else if (response.term() == state.term() && state.role() == Role.CANDIDATE) {",
            "} else if (state.role() == Role.CANDIDATE) {"),
        PlantedBug.of(
            "vote for a candidate with a shorter log",
            "RaftLog",
            "(other.term() == last.term() && other.index() >= last.index())",
            "other.term() == last.term()"));
  }

  /** Followers that are never helped again. */
  private static List<PlantedBug> replication() {
    return List.of(
        PlantedBug.of(
            "follower forgotten whose entries were truncated on their way",
            "Replication",
            "      peer.backOff(peer.matched());\n",
            ""),
        PlantedBug.of(
            "same refused place probed again and again",
            "RaftLog",
            "    if (bound < refused) {\n      return bound;",
            "    if (bound >= 0) {\n      return bound;"));
  }

  /** What is durable, committed and applied. */
  private static List<PlantedBug> logs() {
    return List.of(
        PlantedBug.of(
            "commit index told to a follower beyond what it is known to have",
            "Replication",
            "long commit = Math.min(state.log.commit(), peer.matched());",
            "long commit = state.log.commit();"),
        PlantedBug.of(
            "accepted append acknowledged before it is durable",
            "Follower",
            "state.outbox.sendWithLog(response(append.from(), matched, append.context()));",
            "state.outbox.sendWithHardState(\n"
                + "        response(append.from(), matched, append.context()));"),
        PlantedBug.of(
            "leader counts its own entries before they are durable",
            "Leadership",
            "tracker.durableOnQuorum(log.durable())",
            "tracker.durableOnQuorum(log.lastIndex())"),
        PlantedBug.of(
            "entries of earlier terms committed by counting",
            "Leadership",
            "if (agreed <= log.commit() || log.termAt(agreed) != state.term()) {",
            "if (agreed <= log.commit()) {"),
        PlantedBug.of(
            "log truncated without a conflict",
            "RaftLog",
            "if (known == entry.term() || (committed && known == TermRuns.UNKNOWN)) {",
            "if (committed) {"),
        PlantedBug.of(
            "overwritten entry counts as durable when the old write ends",
            "WriteLedger",
            "write.last = Math.min(write.last, index - 1);",
            "write.last = write.last + 0;"),
        PlantedBug.of(
            "uncommitted entries applied",
            "RaftLog",
            "long end = Math.min(commit, durable());",
            "long end = durable();"),
        PlantedBug.of(
                "committed entries applied before they are durable",
                "RaftLog",
                "long end = Math.min(commit, durable());",
                "long end = commit;")
            .and(
                "RaftLog",
                "return Math.min(commit, durable()) > handedToApply;",
                "return commit > handedToApply;"),
        PlantedBug.of(
            "write reported durable when it is handed in",
            "SimReplica",
            "              node.guarded(() -> core.persisted(sequence, node.clockNanos())));",
            "              () -> {});\n      core.persisted(sequence, node.clockNanos());"));
  }

  /** What reads under a lease rest on. */
  private static List<PlantedBug> leases() {
    return List.of(
        PlantedBug.of(
            "read without a lease by whoever believes to lead",
            "ReplicaReads",
            "return owner.role() == Role.LEADER && owner.core().leaseUntil() > node.clockNanos();",
            "return owner.role() == Role.LEADER;"),
        PlantedBug.of(
            "vote although a leader is alive",
            "Election",
            "boolean bound = state.isBoundByPromise() && !request.transfer();",
            "boolean bound = false;"),
        PlantedBug.of(
            "restarted voter votes at once",
            "ReplicaState",
            "promisedUntil = boot.restarted() && !alone ? now + config.electionTimeoutNanos() :"
                + " now;",
            "promisedUntil = now;"),
        PlantedBug.of(
            "read under a lease that has run out",
            "LeaderLease",
            "heardSince + durationNanos;",
            "heardSince + 3 * durationNanos;"),
        PlantedBug.of(
            "lease counted from the answer instead of the question",
            "Progress",
            "answeredSendTime = sampleSentAt;",
            "answeredSendTime = now;"),
        PlantedBug.of(
            "lease kept after a hand-over was ordered",
            "LeaderTransfer",
            "    lease.revoke();\n",
            ""));
  }

  /** Linearizable reads. */
  private static List<PlantedBug> reads() {
    return List.of(
        PlantedBug.of(
            "read served before an entry of the own term is applied",
            "ReplicaReads",
            "return owner.applied().index() >= owner.core().leaseReadIndex();",
            "return true;"),
        PlantedBug.of(
            "read index given before an entry of the own term is committed",
            "Leadership",
            "} else if (log.commit() >= termStart && state.now() < leaseUntil()) {",
            "} else if (state.now() < leaseUntil()) {"),
        PlantedBug.of(
            "read index given without asking anybody",
            "Leadership",
            "reads.release(leased ? Long.MAX_VALUE : tracker.contextOfQuorum(), state.outbox);",
            "reads.release(Long.MAX_VALUE, state.outbox);"));
  }

  /** Who counts. */
  private static List<PlantedBug> memberships() {
    return List.of(
        PlantedBug.of(
            "removed voter still counted",
            "Leadership",
            "    tracker.update(next, log.lastIndex(), state.now());\n",
            ""),
        PlantedBug.of(
                "learner counted like a voter",
                "ProgressTracker",
                "voters += member.isVoter() ? 1 : 0;",
                "voters++;")
            .and(
                "ProgressTracker",
                "known.becomeVoter(member.isVoter());",
                "known.becomeVoter(true);"),
        PlantedBug.of(
            "membership not rolled back with its entry",
            "RaftLog",
            "    memberships.truncateFrom(index);\n",
            ""),
        PlantedBug.of(
            "removed leader may not finish its removal",
            "RaftLog",
            "return membership().isVoter(replica) || (previous != null &&"
                + " previous.isVoter(replica));",
            "return membership().isVoter(replica);"));
  }

  /** Snapshots, and what clients are told. */
  private static List<PlantedBug> outcomes() {
    return List.of(
        PlantedBug.of(
                "appends acknowledged while a snapshot comes in, and wiped out by it",
                "Follower",
                "    if (expectsSnapshot()) {\n      return;\n    }\n    RaftLog log",
                "    RaftLog log")
            .and(
                "SnapshotStreams",
                "  private void complete(Packet.SnapshotChunk chunk) {\n    if (!accepts(chunk)) {",
                "  private void complete(Packet.SnapshotChunk chunk) {\n"
                    + "    if (chunk.count() < 0) {"),
        PlantedBug.of(
                "unknown outcome reported as not done",
                "SimReplica",
                "    group.roleChanged(this, change);\n",
                "    group.roleChanged(this, change);\n    state.leaderNoMore(change.role());\n")
            .and(
                "AppliedState",
                "  /** A snapshot has replaced the state;",
                """
                void leaderNoMore(dev.troupe.raft.Role role) {
                  if (role != dev.troupe.raft.Role.LEADER) {
                    for (List<Pending> waiting : pending.values()) {
                      waiting.forEach(p -> p.call().reply().accept(new Reply.NotDone(null)));
                    }
                    pending.clear();
                  }
                }

                /** A snapshot has replaced the state;\
                """),
        PlantedBug.of(
            "overwritten write reported as done",
            "AppliedState",
            "if (one.term() == entry.term()) {",
            "if (one.term() > 0) {"));
  }
}
