package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.Attempt.Outcome;
import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Money that moves between accounts and never comes or goes. Operations have one step:
 *
 * <pre>
 * {"f":"transfer", "value":[["transfer", from, to, amount]], ...}
 * {"f":"read",     "value":[["balances", {account: balance, ...}]], ...}
 * </pre>
 *
 * A read has {@code ["balances", null]} when it is invoked. Accounts are compared by their text, as
 * the names in an object are text: 1 and "1" are one account.
 *
 * <p>Reports {@code wrong-total} (a read adds up to something else than the first), {@code
 * negative-balance} unless they are allowed, and {@code unexplained-balances}: starting from a read
 * made before all transfers, a read must be the sum of the transfers that were acknowledged before
 * it began, and of some of those that may have taken place until it ended. That is decided for the
 * reads made after the last acknowledged transfer, and for others when few transfers come into
 * question.
 */
public final class BankChecker implements HistoryChecker {
  private static final int QUICK_MAX = 12;

  private record Read(Attempt by, Map<Key, Long> balances) {}

  private record Move(Attempt by, MicroOp.Transfer transfer) {}

  private final boolean negativeAllowed;

  public BankChecker(boolean negativeAllowed) {
    this.negativeAllowed = negativeAllowed;
  }

  @Override
  public CheckResult check(History history) {
    List<Read> reads = new ArrayList<>();
    List<Move> moves = new ArrayList<>();
    for (Attempt attempt : history.attempts()) {
      collect(attempt, reads, moves);
    }
    Findings findings = new Findings();
    checkTotals(reads, findings);
    if (!reads.isEmpty() || !moves.isEmpty()) {
      reconcile(reads, moves, findings);
    }
    return findings.result();
  }

  private static void collect(Attempt attempt, List<Read> reads, List<Move> moves) {
    MicroOp op = attempt.ops().size() == 1 ? attempt.ops().getFirst() : null;
    if (op instanceof MicroOp.Transfer transfer) {
      if (attempt.outcome() != Outcome.FAILED) {
        moves.add(new Move(attempt, transfer));
      }
    } else if (op instanceof MicroOp.Balances balances) {
      if (attempt.isOk() && balances.accounts() != null) {
        reads.add(new Read(attempt, balances.accounts()));
      }
    } else {
      throw new UnfitHistoryException(attempt + " is neither a transfer nor a read of balances");
    }
  }

  private void checkTotals(List<Read> reads, Findings findings) {
    for (Read read : reads) {
      long expected = total(reads.getFirst());
      if (total(read) != expected) {
        findings.add(
            "wrong-total",
            "there should be %d in all, and there is %d%n  %s",
            expected,
            total(read),
            read.by());
      }
      if (!negativeAllowed && read.balances().values().stream().anyMatch(amount -> amount < 0)) {
        findings.add("negative-balance", "an account is overdrawn%n  %s", read.by());
      }
    }
  }

  private static long total(Read read) {
    return read.balances().values().stream().mapToLong(Long::longValue).sum();
  }

  private static void reconcile(List<Read> reads, List<Move> moves, Findings findings) {
    long begin = moves.isEmpty() ? Attempt.NEVER : moves.getFirst().by().invokedAt();
    Read base = null;
    for (Read read : reads) {
      if (base == null && read.by().completedAt() < begin) {
        base = read;
      }
    }
    if (base == null) {
      findings.undecided(
          "no read was over before the first transfer began, so that balances cannot be explained");
      return;
    }
    List<Move> acknowledged =
        moves.stream()
            .filter(move -> move.by().isOk())
            .sorted(Comparator.comparingLong(move -> move.by().completedAt()))
            .toList();
    Map<Key, Long> balances = new HashMap<>(base.balances());
    List<Move> open = new ArrayList<>();
    int asked = 0;
    int done = 0;
    boolean last = false;
    for (Read read : reads) {
      while (asked < moves.size() && moves.get(asked).by().invokedAt() <= read.by().completedAt()) {
        open.add(moves.get(asked++));
      }
      while (done < acknowledged.size() && acknowledged.get(done).by().precedes(read.by())) {
        apply(acknowledged.get(done++).transfer(), balances);
      }
      open.removeIf(move -> move.by().precedes(read.by()));
      boolean afterAll = done == acknowledged.size();
      last |= afterAll;
      explain(read, balances, open, afterAll, findings);
    }
    if (!last) {
      findings.undecided("no read began after the last acknowledged transfer");
    }
  }

  private static void apply(MicroOp.Transfer transfer, Map<Key, Long> balances) {
    balances.merge(transfer.from(), -transfer.amount(), Long::sum);
    balances.merge(transfer.to(), transfer.amount(), Long::sum);
  }

  private static void explain(
      Read read, Map<Key, Long> balances, List<Move> open, boolean afterAll, Findings findings) {
    List<MicroOp.Transfer> candidates =
        open.stream()
            .filter(move -> move.by().invokedAt() <= read.by().completedAt())
            .map(Move::transfer)
            .toList();
    if (!afterAll && candidates.size() > QUICK_MAX) {
      return;
    }
    Map<Key, Long> missing = new HashMap<>(read.balances());
    balances.forEach((account, balance) -> missing.merge(account, -balance, Long::sum));
    @Nullable Boolean possible = TransferSubset.explains(missing, candidates);
    if (possible == null) {
      findings.undecided(
          "too many of %d transfers may have taken place before T%d"
              .formatted(candidates.size(), read.by().index()));
    } else if (!possible) {
      missing.values().removeIf(amount -> amount == 0);
      findings.add(
          "unexplained-balances",
          "against the acknowledged transfers there is a difference of %s, which none of the"
              + " %d transfers that may have taken place explain%n  %s",
          missing,
          candidates.size(),
          read.by());
    }
  }
}
