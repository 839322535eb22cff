package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.Attempt.Outcome;
import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.history.Values;
import dev.troupe.chaos.history.graph.Cycle;
import dev.troupe.chaos.history.graph.CycleSearch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Strict serializability of transactions that append to lists and read them, after Kingsbury and
 * Alvaro, "Elle: Inferring Isolation Anomalies from Experimental Observations", VLDB 2020: a list
 * that was read shows the order in which its elements came to be (§4.2), which gives the
 * dependencies ww, wr and rw between transactions (§4.3); with the orders of processes and of real
 * time (§5.1) each cycle among them is an anomaly (§6).
 *
 * <p>Reports {@code internal}, {@code duplicate-append}, {@code incompatible-order}, {@code
 * garbage-read}, {@code G1a} (aborted read), {@code G1b} (intermediate read), {@code dirty-update},
 * {@code lost-append}, and the cycles {@code G0}, {@code G1c}, {@code G-single}, {@code G2-item},
 * alone or with {@code -process} or {@code -realtime}. A transaction of unknown outcome counts as
 * committed if anybody read what it appended. Keys without a known order of versions take no part
 * in the search for cycles.
 */
public final class ListAppendChecker implements HistoryChecker {
  @Override
  public CheckResult check(History history) {
    Findings findings = new Findings();
    Map<Key, AppendedKey> keys = new LinkedHashMap<>();
    for (Attempt attempt : history.attempts()) {
      collectAppends(attempt, keys);
      if (attempt.isOk()) {
        collectReads(attempt, keys, findings);
      }
    }
    keys.values().forEach(key -> key.inspect(findings));
    List<Attempt> committed =
        history.attempts().stream().filter(attempt -> isCommitted(attempt, keys)).toList();
    List<AppendedKey> byNumber = List.copyOf(keys.values());
    AppendGraph graph = new AppendGraph(committed, byNumber);
    CycleReport report = new CycleReport(committed, graph::reason);
    for (Cycle cycle : CycleSearch.search(graph.build())) {
      report.addTo(findings, cycle, alias(cycle));
    }
    return findings.result();
  }

  private static String alias(Cycle cycle) {
    return switch (cycle.name()) {
      case "G0" -> "write cycle";
      case "G1c" -> "circular information flow";
      case "G-single" -> "read skew";
      case "G2-item" -> "write skew or worse";
      case "G-single-realtime", "G-single-process" -> "stale read";
      default -> "";
    };
  }

  private static AppendedKey of(Map<Key, AppendedKey> keys, Key key) {
    return keys.computeIfAbsent(key, k -> new AppendedKey(k, keys.size()));
  }

  private static void collectAppends(Attempt attempt, Map<Key, AppendedKey> keys) {
    Set<Key> later = new HashSet<>();
    for (int i = attempt.ops().size() - 1; i >= 0; i--) {
      if (attempt.ops().get(i) instanceof MicroOp.Append(Key key, long value)) {
        of(keys, key).add(attempt, value, i, later.add(key));
      }
    }
  }

  private static boolean isCommitted(Attempt attempt, Map<Key, AppendedKey> keys) {
    if (attempt.outcome() != Outcome.UNKNOWN) {
      return attempt.isOk();
    }
    for (MicroOp op : attempt.ops()) {
      if (op instanceof MicroOp.Append(Key key, long value) && of(keys, key).wasObserved(value)) {
        return true;
      }
    }
    return false;
  }

  /** What a transaction knows of a key: what it read, and what it appended since. */
  private static final class Own {
    @Nullable Values base;
    final List<Long> appended = new ArrayList<>();
    boolean wasRead;

    boolean explains(Values read) {
      int before = read.size() - appended.size();
      if (before < 0 || (base != null && (before != base.size() || !base.isPrefixOf(read)))) {
        return false;
      }
      for (int i = 0; i < appended.size(); i++) {
        if (read.get(before + i) != appended.get(i)) {
          return false;
        }
      }
      return true;
    }
  }

  private static void collectReads(Attempt attempt, Map<Key, AppendedKey> keys, Findings findings) {
    Map<Key, Own> known = new HashMap<>();
    for (MicroOp op : attempt.ops()) {
      switch (op) {
        case MicroOp.Append(Key key, long value) ->
            known.computeIfAbsent(key, k -> new Own()).appended.add(value);
        case MicroOp.ReadNothing(Key key) ->
            read(attempt, of(keys, key), Values.of(), known, findings);
        case MicroOp.ReadList(Key key, Values values) ->
            read(attempt, of(keys, key), values, known, findings);
        case MicroOp.Write w -> throw unfit(w);
        case MicroOp.CompareAndSet c -> throw unfit(c);
        case MicroOp.Increment i -> throw unfit(i);
        case MicroOp.ReadValue r -> throw unfit(r);
        case MicroOp.Transfer t -> throw unfit(t);
        case MicroOp.Balances b -> throw unfit(b);
      }
    }
  }

  private static UnfitHistoryException unfit(MicroOp op) {
    return new UnfitHistoryException("'" + op + "' does not belong to list-append");
  }

  private static void read(
      Attempt attempt, AppendedKey key, Values values, Map<Key, Own> known, Findings findings) {
    Own own = known.computeIfAbsent(key.key(), k -> new Own());
    boolean consistent = own.explains(values);
    if (!consistent) {
      findings.add(
          "internal",
          "%s was read as %s, against what the transaction itself read and appended before%n  %s",
          key.key(),
          values,
          attempt);
    }
    int external = consistent ? values.size() - own.appended.size() : values.size();
    if (!own.wasRead) {
      key.add(new AppendedKey.Read(attempt, values, values.first(external)));
    } else if (!consistent) {
      key.add(new AppendedKey.Read(attempt, values, values));
    }
    own.wasRead = true;
    own.base = values;
    own.appended.clear();
  }
}
