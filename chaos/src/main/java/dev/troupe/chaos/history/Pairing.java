package dev.troupe.chaos.history;

import dev.troupe.chaos.history.Attempt.Outcome;
import dev.troupe.chaos.history.HistoryEvent.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Joins invocations with their completions, file by file. One thread. */
public final class Pairing {
  private final List<Attempt> attempts = new ArrayList<>();
  private final Map<Integer, HistoryEvent> open = new HashMap<>();
  private final Map<Integer, Long> lastTime = new HashMap<>();
  private final Map<Integer, Integer> numbers = new HashMap<>();
  private final Set<Integer> gone = new HashSet<>();
  private int processes;

  /** Processes are told apart by their numbers within a file only. */
  public void nextFile() {
    open.forEach((process, invocation) -> finish(invocation, Outcome.UNKNOWN, Attempt.NEVER, null));
    open.clear();
    lastTime.clear();
    numbers.clear();
    gone.clear();
  }

  /** Takes the next event of the file; what is wrong with it, or null. */
  public @Nullable String add(HistoryEvent event) {
    int process = event.process();
    Long last = lastTime.put(process, event.time());
    if (last != null && last > event.time()) {
      return "time of process %d goes back from %d to %d".formatted(process, last, event.time());
    }
    if (event.type() == Type.INVOKE) {
      return invoke(event);
    }
    HistoryEvent invocation = open.remove(process);
    if (invocation == null) {
      return "process %d completes what it did not invoke".formatted(process);
    }
    if (event.type() == Type.OK) {
      return succeed(invocation, event);
    }
    if (event.type() == Type.INFO) {
      gone.add(process);
      finish(invocation, Outcome.UNKNOWN, Attempt.NEVER, null);
    } else {
      finish(invocation, Outcome.FAILED, event.time(), null);
    }
    return null;
  }

  private @Nullable String invoke(HistoryEvent event) {
    int process = event.process();
    if (gone.contains(process)) {
      return "process %d comes back after an unknown outcome".formatted(process);
    }
    if (open.putIfAbsent(process, event) != null) {
      return "process %d invokes while its last operation is open".formatted(process);
    }
    numbers.computeIfAbsent(process, p -> processes++);
    return null;
  }

  private @Nullable String succeed(HistoryEvent invocation, HistoryEvent completion) {
    List<MicroOp> asked = invocation.value();
    List<MicroOp> answered = completion.value();
    boolean fits = asked.size() == answered.size();
    for (int i = 0; fits && i < asked.size(); i++) {
      fits = answered.get(i).answers(asked.get(i));
    }
    if (!fits) {
      return "process %d asked for %s and was answered %s"
          .formatted(completion.process(), asked, answered);
    }
    finish(invocation, Outcome.OK, completion.time(), answered);
    return null;
  }

  private void finish(
      HistoryEvent invocation, Outcome outcome, long at, @Nullable List<MicroOp> answered) {
    attempts.add(
        new Attempt(
            attempts.size(),
            numbers.getOrDefault(invocation.process(), 0),
            invocation.function(),
            outcome,
            invocation.time(),
            at,
            answered == null ? invocation.value() : answered));
  }

  /** All attempts so far; those still open have an unknown outcome. Ends the pairing. */
  public History history() {
    nextFile();
    attempts.sort(
        Comparator.comparingLong(Attempt::invokedAt).thenComparingLong(Attempt::completedAt));
    for (int i = 0; i < attempts.size(); i++) {
      Attempt a = attempts.get(i);
      attempts.set(
          i,
          new Attempt(
              i, a.process(), a.function(), a.outcome(), a.invokedAt(), a.completedAt(), a.ops()));
    }
    return new History(attempts);
  }
}
