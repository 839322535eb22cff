package dev.troupe.chaos.nodes;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Makes actor systems that have no thread and no clock of their own: every dispatcher runs on the
 * node's {@link VirtualCpu}, every timer on its {@link VirtualScheduler}. Nothing is loaded that
 * would wait for an actor while the system is made. They are never terminated: a node that crashes
 * runs none of our code, so its system is dropped as it is.
 */
final class VirtualSystem {
  private static final Config CONFIG =
      ConfigFactory.parseString(
              """
              pekko {
                loglevel = "ERROR"
                use-slf4j = off
                stdout-loglevel = "OFF"
                # The only logger that no actor is started, and waited, for.
                loggers = ["org.apache.pekko.event.Logging$StandardOutLogger"]
                log-dead-letters = off
                log-dead-letters-during-shutdown = off
                fail-mixed-versions = off
                jvm-exit-on-fatal-error = off
                extensions = []
                library-extensions = []
                actor.typed.extensions = []
                actor.typed.library-extensions = []
                actor.provider = local
                scheduler.implementation = "dev.troupe.chaos.nodes.VirtualScheduler"
                coordinated-shutdown {
                  exit-jvm = off
                  run-by-jvm-shutdown-hook = off
                  run-by-actor-system-terminate = off
                  terminate-actor-system = off
                }
              }
              simulated {
                type = Dispatcher
                executor = "dev.troupe.chaos.nodes.CpuExecutor"
                # Between two messages of an actor others have their turn.
                throughput = 1
                shutdown-timeout = 1s
              }
              pekko.actor.default-dispatcher = ${simulated}
              pekko.actor.internal-dispatcher = ${simulated}
              pekko.actor.default-blocking-io-dispatcher = ${simulated}
              troupe.dispatcher.raft = ${simulated}
              troupe.dispatcher.disk = ${simulated}
              troupe.dispatcher.transport = ${simulated}
              troupe.dispatcher.probe = ${simulated}
              """)
          .withFallback(ConfigFactory.defaultReferenceUnresolved())
          .resolve();

  private VirtualSystem() {}

  static ActorSystem<Void> create(VirtualCpu cpu) {
    var bootstrap =
        BootstrapSetup.create(CONFIG).withClassloader(VirtualSystem.class.getClassLoader());
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            "simulated",
            ActorSystemSetup.create(bootstrap, new CpuExecutor.CpuSetup(cpu)));
    ((VirtualScheduler) Adapter.toClassic(system).scheduler()).start(cpu);
    return system;
  }
}
