package dev.troupe.chaos.planted;

import java.util.List;

/**
 * Bugs in what surrounds the Raft core, which only the simulation of whole nodes can find; most
 * within seconds. At which seed is chance: it changes with whatever draws a random number, and the
 * truncated log was found within a hundred seeds before it took more than five hundred.
 */
final class PlantedNodeBugs {
  private PlantedNodeBugs() {}

  static List<PlantedBug> all() {
    return List.of(
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
            "versions stamped by the wall clock instead of the oracle",
            "ClientRequests",
            "if (isTimedByItself()) {",
            "if (nextSequence > 0) {"),
        PlantedBug.of(
            "log truncated although the state behind it is not flushed",
            "StoreActor",
            "          services.state().flush();\n",
            ""),
        PlantedBug.of(
            "two replicas of one range started together",
            "StoreActor",
            "(arrival == null || arrival.replica().equals(key))",
            "(arrival == null || arrival.since() >= 0)"),
        PlantedBug.of(
            "write answered before it is visible",
            "ApplyEntries",
            "    answers.add(machine.apply(entry, commands.get(next), batch));\n",
            "    answers.add(machine.apply(entry, commands.get(next), batch));\n"
                + "    var early = proposed.get(next);\n"
                + "    if (early != null) {\n"
                + "      early.answer(entry, answers.get(next), leader, machine.descriptor());\n"
                + "    }\n"));
  }
}
