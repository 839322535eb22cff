package dev.troupe.loadgen.bench;

import dev.troupe.loadgen.client.ClientOptions;
import dev.troupe.loadgen.client.Dialect;
import dev.troupe.loadgen.client.Endpoint;
import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.client.TroupeDialect;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A running cluster and the way in which it is spoken to.
 *
 * @param label as in the tables; unique
 * @param pids the processes whose CPU counts
 */
record Contender(String label, Dialect dialect, List<Endpoint> endpoints, List<Long> pids) {
  private static final int PORT_DEFAULT = 7433;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  Contender {
    endpoints = List.copyOf(endpoints);
    pids = List.copyOf(pids);
  }

  /** Reads {@code LABEL=API@HOST:PORT,…@PID,…} where API is etcd, pipeline or unary. */
  static Contender parse(String text) {
    String[] labelled = text.split("=", 2);
    String[] parts = labelled.length == 2 ? labelled[1].split("@", -1) : new String[0];
    if (parts.length != 3) {
      throw new IllegalArgumentException(
          "'" + text + "' is not of the form LABEL=API@HOST:PORT,...@PID,...");
    }
    List<Endpoint> endpoints =
        Arrays.stream(parts[1].split(",")).map(e -> Endpoint.parse(e, PORT_DEFAULT)).toList();
    List<Long> pids =
        parts[2].isEmpty()
            ? List.of()
            : Arrays.stream(parts[2].split(",")).map(Long::parseLong).toList();
    return new Contender(labelled[0], dialect(parts[0]), endpoints, pids);
  }

  private static Dialect dialect(String api) {
    return api.equals("etcd")
        ? EtcdDialect.INSTANCE
        : TroupeDialect.valueOf(api.toUpperCase(Locale.ROOT));
  }

  /** One connection, to the leader. */
  LoadClient open() {
    return new LoadClient(dialect, new ClientOptions(endpoints, 1, 1, "", TIMEOUT, true));
  }

  /** A connection to each node, whoever leads. */
  LoadClient openToEachNode() {
    return new LoadClient(
        dialect, new ClientOptions(endpoints, endpoints.size(), 1, "", TIMEOUT, false));
  }

  /** The same cluster, spoken to in another way. */
  Contender speaking(Dialect other) {
    return new Contender(label, other, endpoints, pids);
  }

  boolean sameClusterAs(Contender other) {
    return endpoints.equals(other.endpoints);
  }
}
