package dev.troupe.loadgen.run;

import dev.troupe.loadgen.client.Lane;
import dev.troupe.loadgen.client.Outcome;
import dev.troupe.loadgen.report.RunStats;
import java.util.concurrent.TimeUnit;

/**
 * One logical user: sends its script's operations one after another and keeps the time. A state
 * machine on its lane's event loop, so that thousands of users cost no thread. A failed operation
 * is tried again after a pause when the script wants it, and the latency of the step then counts
 * from its first start.
 */
final class User implements Outcome.Listener {
  private static final long BACKOFF_FIRST_MILLIS = 2;
  private static final long BACKOFF_MAX_MILLIS = 50;

  private final Lane lane;
  private final Script script;
  private final Pacer pacer;
  private final RunControl control;
  private final RunStats stats;
  private final RunStats.Pauses pauses;

  private long stepStartNanos;
  private long backoffMillis = BACKOFF_FIRST_MILLIS;

  User(Lane lane, Script script, Pacer pacer, RunControl control, RunStats stats) {
    this.lane = lane;
    this.script = script;
    this.pacer = pacer;
    this.control = control;
    this.stats = stats;
    this.pauses = stats.newPauses();
  }

  void start() {
    lane.loop().execute(this::nextStep);
  }

  private void nextStep() {
    if (!control.takeTurn() || !script.advance()) {
      control.userFinished();
      return;
    }
    long now = System.nanoTime();
    stepStartNanos = control.startNanos() + pacer.plan(now - control.startNanos());
    long early = stepStartNanos - now;
    if (early > 0) {
      lane.loop().schedule(this::send, early, TimeUnit.NANOSECONDS);
    } else {
      send();
    }
  }

  private void send() {
    if (control.stopping()) {
      control.userFinished();
    } else {
      lane.send(script.operation(), this);
    }
  }

  @Override
  public void onOutcome(Outcome outcome) {
    if (outcome instanceof Outcome.Failed failure) {
      onFailed(failure);
      return;
    }
    backoffMillis = BACKOFF_FIRST_MILLIS;
    if (script.onAnswer(outcome)) {
      long now = System.nanoTime();
      stats.record(script.kind(), now - stepStartNanos);
      if (script.kind().writes()) {
        pauses.onWrite(now);
      }
      if (outcome instanceof Outcome.Found found && found.value() == null) {
        stats.recordMiss();
      }
      nextStep();
    } else {
      // A step once begun is finished even when the run ends meanwhile.
      lane.send(script.operation(), this);
    }
  }

  private void onFailed(Outcome.Failed failure) {
    stats.recordFailure(failure);
    boolean again = script.onFailed(failure);
    lane.loop().schedule(again ? this::send : this::nextStep, backoffMillis, TimeUnit.MILLISECONDS);
    backoffMillis = Math.min(backoffMillis * 2, BACKOFF_MAX_MILLIS);
  }
}
