package dev.troupe.chaos.planted;

import java.util.List;

/** Bugs in what surrounds the Raft core, which only the simulation of whole nodes can find. */
final class PlantedNodeBugs {
  private PlantedNodeBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        PlantedBug.of(
                "reads served after the lease has ended",
                "LeaderView",
                "return (current & 1) == 1 && nowNanos - leaseUntil < 0 ? current : REFUSED;",
                "return (current & 1) == 1 ? current : REFUSED;")
            .and(
                "LeaderView",
                "return epoch == begun && nowNanos - leaseUntil < 0;",
                "return epoch == begun;"),
        PlantedBug.of(
            "write sent again whose outcome is not known",
            "Attempt",
            "if (request instanceof KvRequest.Read) {\n      startLater();",
            "if (request != null) {\n      startLater();"),
        PlantedBug.of(
            "batch carried out in spite of a failed comparison",
            "RangeStateMachine",
            "if (matched) {",
            "if (matched || write instanceof KvRequest.Batch) {"),
        PlantedBug.of(
            "versions stamped by the wall clock alone",
            "RangeStateMachine",
            "clock = clock.next().max(command.clock());",
            "clock = command.clock().next();"),
        PlantedBug.of(
            "log truncated although the state behind it is not flushed",
            "StoreActor",
            "          services.state().flush();\n",
            ""),
        PlantedBug.of(
            "state of a removed replica taken over by its successor",
            "ReplicaBoot",
            "if (stored.get().start().equals(LogPosition.ZERO)) {",
            "if (stored.get().start().index() < 0) {"),
        PlantedBug.of(
            "two replicas of one range started together",
            "StoreActor",
            "(arrival == null || arrival.replica().equals(key))",
            "(arrival == null || arrival.since() >= 0)"),
        PlantedBug.of(
            "range put to sleep while a learner waits", "MemberCare", "core.wake(now);", ""),
        PlantedBug.of(
            "write answered before it is visible",
            "ApplyEntries",
            "      answers.add(machine.apply(entry, commands.get(i), batch));\n",
            "      answers.add(machine.apply(entry, commands.get(i), batch));\n"
                + "      var early = proposed.get(i);\n"
                + "      if (early != null) {\n"
                + "        early.answer(entry, answers.get(i), leader);\n"
                + "      }\n"));
  }
}
