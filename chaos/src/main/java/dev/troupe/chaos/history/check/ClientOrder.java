package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.graph.DependencyGraph;
import dev.troupe.chaos.history.graph.EdgeKind;
import dev.troupe.chaos.history.graph.Ground;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The orders that clients saw: of each process, and of real time. In place of the edges from every
 * operation to all that began after its end, of which there are n², stands a chain of auxiliary
 * nodes, one for each stretch of completions: an operation leads to the first after its end, and
 * the last before an operation's begin leads to it. (Elle, §5.1, keeps the graph small by a
 * transitive reduction instead.)
 */
final class ClientOrder {
  private ClientOrder() {}

  /**
   * @param attempts those that took place, in order of invocation; numbered by their position
   */
  static void addTo(DependencyGraph graph, List<Attempt> attempts) {
    addProcesses(graph, attempts);
    addRealTime(graph, attempts);
  }

  private static void addProcesses(DependencyGraph graph, List<Attempt> attempts) {
    Map<Integer, Integer> latest = new HashMap<>();
    for (int i = 0; i < attempts.size(); i++) {
      Integer before = latest.put(attempts.get(i).process(), i);
      if (before != null) {
        graph.add(before, i, EdgeKind.PROCESS, Ground.PROCESS, DependencyGraph.NO_NOTE);
      }
    }
  }

  private static void addRealTime(DependencyGraph graph, List<Attempt> attempts) {
    Integer[] byEnd = new Integer[attempts.size()];
    for (int i = 0; i < byEnd.length; i++) {
      byEnd[i] = i;
    }
    java.util.Arrays.sort(byEnd, Comparator.comparingLong(i -> attempts.get(i).completedAt()));
    Integer barrier = null;
    int ended = 0;
    for (int begun = 0; begun < byEnd.length; begun++) {
      long now = attempts.get(begun).invokedAt();
      int from = ended;
      while (ended < byEnd.length && attempts.get(byEnd[ended]).completedAt() < now) {
        ended++;
      }
      if (ended > from) {
        barrier = append(graph, barrier);
        for (int i = from; i < ended; i++) {
          graph.add(byEnd[i], barrier, EdgeKind.REALTIME, Ground.REALTIME, DependencyGraph.NO_NOTE);
        }
      }
      if (barrier != null) {
        graph.link(barrier, begun);
      }
    }
  }

  private static int append(DependencyGraph graph, @Nullable Integer last) {
    int barrier = graph.addNode();
    if (last != null) {
      graph.link(last, barrier);
    }
    return barrier;
  }
}
