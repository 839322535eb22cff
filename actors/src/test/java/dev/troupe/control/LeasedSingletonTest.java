package dev.troupe.control;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.SystemClocks;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two singletons run at once: one of them works. */
class LeasedSingletonTest {
  private final ActorTestKit kit = ActorTestKit.create();
  private final SystemRange range = new SystemRange();
  private final Set<NodeId> members = new HashSet<>(List.of(new NodeId(1), new NodeId(2)));
  private final TestProbe<String> probe = kit.createTestProbe();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private SingletonLease lease(int node) {
    return new SingletonLease(
        "job",
        new NodeId(node),
        new SystemRecords(range, SystemClocks.monotonic()),
        SystemClocks.monotonic(),
        SystemClocks.random(),
        members::contains,
        new SingletonLease.Settings(Duration.ofMillis(100), Duration.ofMinutes(10)));
  }

  private ActorRef<LeasedSingleton.Command> start(int node) {
    return kit.spawn(
        LeasedSingleton.create(lease(node), tenure -> work(node + " in " + tenure.epoch())));
  }

  private Behavior<String> work(String name) {
    return Behaviors.setup(
        context -> {
          probe.ref().tell(name);
          return Behaviors.receive(String.class)
              .onSignal(
                  PostStop.class,
                  signal -> {
                    probe.ref().tell("end of " + name);
                    return Behaviors.same();
                  })
              .build();
        });
  }

  @Test
  void shouldLetOneWorkAndHandOver() {
    ActorRef<LeasedSingleton.Command> first = start(1);
    probe.expectMessage("1 in 1");
    ActorRef<LeasedSingleton.Command> second = start(2);
    probe.expectNoMessage(Duration.ofMillis(300));

    first.tell(LeasedSingleton.Stop.INSTANCE);
    probe.expectMessage("end of 1 in 1");
    probe.expectTerminated(first);
    probe.expectMessage(Duration.ofSeconds(10), "2 in 2");
    second.tell(LeasedSingleton.Stop.INSTANCE);
    probe.expectMessage("end of 2 in 2");
    probe.expectTerminated(second);
  }

  @Test
  void shouldEndItsWorkWhenItWasDeposed() {
    start(1);
    probe.expectMessage("1 in 1");
    // The others believe that it is gone.
    members.remove(new NodeId(1));
    start(2);
    probe.expectMessage("2 in 2");
    probe.expectMessage(Duration.ofSeconds(10), "end of 1 in 1");
    probe.expectNoMessage(Duration.ofMillis(300));
  }

  @Test
  void shouldWaitForTheSystemRange() {
    range.next(SystemRange.Fate.REFUSED, SystemRange.Fate.REFUSED);
    start(1);
    probe.expectMessage(Duration.ofSeconds(10), "1 in 1");
  }
}
