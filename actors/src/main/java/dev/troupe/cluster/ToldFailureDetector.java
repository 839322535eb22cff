package dev.troupe.cluster;

import com.typesafe.config.Config;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.event.EventStream;
import org.apache.pekko.remote.DefaultFailureDetectorRegistry;
import org.apache.pekko.remote.PhiAccrualFailureDetector;

/**
 * Judges a member by its heartbeats, unless it is told that the member's process is gone. Pekko
 * removes a member that is down only when somebody finds it unreachable; by missing heartbeats
 * alone, of which an idle cluster has few, that takes ten seconds, in which the same node cannot
 * come back.
 *
 * <p>One of them exists for each life of a member and node that watches it. Named in the
 * configuration as {@code failure-detector.implementation-class} and created by Pekko. Any thread.
 */
public final class ToldFailureDetector extends PhiAccrualFailureDetector {
  private volatile boolean gone;

  /** The signature that Pekko asks for. */
  public ToldFailureDetector(Config config, EventStream events) {
    super(config, events);
  }

  /** Has a member removed whose process is known to be gone. */
  static void remove(ActorSystem<?> system, Address address) {
    var detectors =
        org.apache.pekko.cluster.Cluster.get(Adapter.toClassic(system)).failureDetector();
    if (detectors instanceof DefaultFailureDetectorRegistry<Address> known) {
      if (!known.isMonitoring(address)) {
        // It has gone before its first heartbeat.
        known.heartbeat(address);
      }
      if (known.failureDetector(address).getOrElse(() -> null)
          instanceof ToldFailureDetector detector) {
        detector.gone = true;
      }
    }
    Cluster.get(system).manager().tell(new Down(address));
  }

  @Override
  public boolean isAvailable() {
    return !gone && super.isAvailable();
  }
}
