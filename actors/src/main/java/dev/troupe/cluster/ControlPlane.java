package dev.troupe.cluster;

import dev.troupe.control.EventBook;
import dev.troupe.control.LeasedSingleton;
import dev.troupe.control.ReplicatedStorage;
import dev.troupe.control.SingletonLease;
import dev.troupe.control.SystemRecords;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.ClusterEvents;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.SystemClocks;
import java.util.function.Function;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.singleton.ClusterSingletonManager;
import org.apache.pekko.cluster.singleton.ClusterSingletonManagerSettings;

/**
 * What the jobs stand on that one node does for the whole cluster: event-sourced actors whose
 * journal is replicated, under Cluster Singleton and a lease.
 */
final class ControlPlane {
  private final ActorSystem<Void> system;
  private final NodeId self;
  private final ClusterNodes nodes;
  private final MonotonicClock clock;
  private final SystemRecords records;
  private final EventBook events;

  ControlPlane(
      ActorSystem<Void> system,
      NodeId self,
      ClusterNodes nodes,
      MonotonicClock clock,
      SystemRecords records,
      EventBook.Later later) {
    this.system = system;
    this.self = self;
    this.nodes = nodes;
    this.clock = clock;
    this.records = records;
    this.events = new EventBook(self, records, SystemClocks.wall(), later);
    ReplicatedStorage.get(Adapter.toClassic(system)).connect(records);
  }

  ClusterEvents events() {
    return events;
  }

  SystemRecords records() {
    return records;
  }

  /**
   * Has a job done by one node at a time, as far as that can be: the work has to be harmless when
   * it runs twice.
   *
   * @param role names the lease and the actor
   * @param work started on the node that holds the lease
   */
  void runOnOneNode(String role, Function<SingletonLease.Tenure, Behavior<?>> work) {
    var lease =
        new SingletonLease(
            role,
            self,
            records,
            clock,
            SystemClocks.random(),
            node -> nodes.members().containsKey(node),
            SingletonLease.Settings.DEFAULTS);
    var classic = (ExtendedActorSystem) Adapter.toClassic(system);
    // Without the typed API's proxy: nobody sends anything, and a proxy looks for its singleton
    // again and again.
    classic.systemActorOf(
        ClusterSingletonManager.props(
            Adapter.props(() -> LeasedSingleton.create(lease, work), Props.empty()),
            LeasedSingleton.Stop.INSTANCE,
            ClusterSingletonManagerSettings.create(classic).withSingletonName(role)),
        "troupe-singleton-" + role);
  }
}
