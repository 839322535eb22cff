package dev.troupe.node.http;

import dev.troupe.node.Readiness;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Liveness never depends on other nodes: a probe that restarts healthy members makes an outage
 * worse. Readiness does.
 */
final class Probes {
  private final Supplier<Readiness> readiness;

  Probes(Supplier<Readiness> readiness) {
    this.readiness = readiness;
  }

  Answer live(String query) {
    return Answer.json(200, out -> out.writeStringField("status", "ok"));
  }

  Answer ready(String query) {
    Readiness now = readiness.get();
    return now.ready() ? live(query) : notReady(now.reason());
  }

  /** The older pair of names: {@code /health} is alive, {@code /health?ready=1} is ready. */
  Answer health(String query) {
    return Arrays.asList(query.split("&")).contains("ready=1") ? ready(query) : live(query);
  }

  private static Answer notReady(String reason) {
    return Answer.json(
        503,
        out -> {
          out.writeStringField("status", "not ready");
          out.writeStringField("reason", reason);
        });
  }
}
