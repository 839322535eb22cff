package dev.troupe.node.http;

import dev.troupe.node.Readiness;
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

  Answer live(Request request) {
    return Answer.json(200, out -> out.writeStringField("status", "ok"));
  }

  Answer ready(Request request) {
    Readiness now = readiness.get();
    return now.ready() ? live(request) : notReady(now.reason());
  }

  /** The older pair of names: {@code /health} is alive, {@code /health?ready=1} is ready. */
  Answer health(Request request) {
    return request.parameter("ready").equals("1") ? ready(request) : live(request);
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
