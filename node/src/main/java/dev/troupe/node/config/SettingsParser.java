package dev.troupe.node.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueType;
import dev.troupe.node.config.NodeSettings.GrpcLimits;
import dev.troupe.node.config.NodeSettings.Network;
import dev.troupe.node.config.NodeSettings.Otlp;
import dev.troupe.node.config.NodeSettings.Sql;
import dev.troupe.node.config.NodeSettings.Timeouts;
import dev.troupe.node.config.NodeSettings.Tracing;
import dev.troupe.node.config.NodeSettings.TxnLimits;
import dev.troupe.pgwire.Authentication;
import dev.troupe.pgwire.PgTls;
import dev.troupe.protocol.model.Locality;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a merged tree into records, and refuses values that cannot work. */
final class SettingsParser {
  private static final int PORT_MAX = 65_535;
  private static final String AUTO = "auto";

  /** Sessions are numbered by sixteen bits. */
  private static final int CONNECTIONS_MAX = 60_000;

  private SettingsParser() {}

  static NodeSettings parse(Config merged) {
    return new NodeSettings(
        Path.of(merged.getString("troupe.data-dir")).toAbsolutePath().normalize(),
        locality(merged),
        network(merged),
        addresses(merged, "troupe.join"),
        new GrpcLimits(
            positive(merged, "troupe.grpc.in-flight-requests"),
            merged.getBytes("troupe.grpc.in-flight-bytes"),
            positive(merged, "troupe.grpc.pipeline-in-flight"),
            duration(merged, "troupe.grpc.waiting")),
        new TxnLimits(
            positive(merged, "troupe.transactions.open-sessions"),
            positive(merged, "troupe.transactions.session-in-flight"),
            merged.getBytes("troupe.transactions.session-in-flight-bytes"),
            duration(merged, "troupe.transactions.timeout")),
        sql(merged),
        new Timeouts(
            duration(merged, "troupe.timeouts.request"),
            duration(merged, "troupe.timeouts.drain"),
            duration(merged, "troupe.timeouts.stop")),
        tracing(merged),
        merged);
  }

  private static Tracing tracing(Config merged) {
    double sample = merged.getDouble("troupe.tracing.sample");
    if (!(sample >= 0 && sample <= 1)) {
      throw new ConfigProblem(
          "troupe.tracing.sample = %s is not a share: 0 to 1 are allowed".formatted(sample));
    }
    return new Tracing(
        merged.getBoolean("troupe.tracing.enabled"),
        sample,
        positive(merged, "troupe.tracing.keep-latest"),
        positive(merged, "troupe.tracing.keep-slowest"),
        positive(merged, "troupe.tracing.spans-per-trace"),
        otlp(merged));
  }

  private static @Nullable Otlp otlp(Config merged) {
    String endpoint = merged.getString("troupe.tracing.otlp.endpoint").trim();
    if (endpoint.isEmpty()) {
      return null;
    }
    URI uri;
    try {
      uri = new URI(endpoint);
    } catch (URISyntaxException e) {
      throw new ConfigProblem("troupe.tracing.otlp.endpoint: " + e.getMessage());
    }
    if (uri.getHost() == null || !List.of("http", "https").contains(uri.getScheme())) {
      throw new ConfigProblem(
          "troupe.tracing.otlp.endpoint = \"%s\" is no URL as in http://collector:4318/v1/traces"
              .formatted(endpoint));
    }
    Map<String, String> headers = new HashMap<>();
    for (String header : texts(merged, "troupe.tracing.otlp.headers")) {
      int equals = header.indexOf('=');
      if (equals < 1) {
        throw new ConfigProblem("troupe.tracing.otlp.headers: each is a name = a value");
      }
      headers.put(header.substring(0, equals).trim(), header.substring(equals + 1).trim());
    }
    return new Otlp(endpoint, headers, duration(merged, "troupe.tracing.otlp.timeout"));
  }

  private static Locality locality(Config merged) {
    try {
      return Locality.parse(merged.getString("troupe.locality"));
    } catch (IllegalArgumentException e) {
      throw new ConfigProblem("troupe.locality: " + e.getMessage());
    }
  }

  private static Sql sql(Config merged) {
    int connections = positive(merged, "troupe.sql.connections");
    if (connections > CONNECTIONS_MAX) {
      throw new ConfigProblem(
          "troupe.sql.connections = %d must be at most %d".formatted(connections, CONNECTIONS_MAX));
    }
    int reserved = merged.getInt("troupe.sql.reserved-connections");
    if (reserved < 0 || reserved >= connections) {
      throw new ConfigProblem(
          "troupe.sql.reserved-connections = %d must be at least 0, and less than troupe.sql.connections"
              .formatted(reserved));
    }
    return new Sql(
        connections,
        reserved,
        duration(merged, "troupe.sql.waiting"),
        word(merged, "troupe.sql.authentication", Authentication.class),
        duration(merged, "troupe.sql.authentication-timeout"),
        tls(merged));
  }

  private enum TlsMode {
    OFF,
    ALLOW,
    REQUIRE
  }

  private static @Nullable PgTls tls(Config merged) {
    TlsMode mode = word(merged, "troupe.sql.tls", TlsMode.class);
    if (mode == TlsMode.OFF) {
      return null;
    }
    String certificate = merged.getString("troupe.sql.tls-certificate");
    String key = merged.getString("troupe.sql.tls-key");
    if (certificate.isEmpty() || key.isEmpty()) {
      throw new ConfigProblem(
          "troupe.sql.tls = %s needs troupe.sql.tls-certificate and troupe.sql.tls-key"
              .formatted(mode.name().toLowerCase(Locale.ROOT)));
    }
    try {
      return PgTls.load(Path.of(certificate), Path.of(key), mode == TlsMode.REQUIRE);
    } catch (IOException e) {
      throw new ConfigProblem("troupe.sql.tls: " + e.getMessage());
    }
  }

  /** One of the names of an enum, in lower case. */
  private static <E extends Enum<E>> E word(Config merged, String key, Class<E> type) {
    String given = merged.getString(key);
    List<String> words = new ArrayList<>();
    for (E each : type.getEnumConstants()) {
      String word = each.name().toLowerCase(Locale.ROOT);
      if (word.equals(given)) {
        return each;
      }
      words.add(word);
    }
    throw new ConfigProblem(
        "%s = \"%s\" is none of %s".formatted(key, given, String.join(", ", words)));
  }

  private static Network network(Config merged) {
    String listen = merged.getString("troupe.listen-address");
    String advertise = merged.getString("troupe.advertise-address");
    requireLoopbackOrInsecure(listen, merged.getBoolean("troupe.insecure"));
    String reached = advertise.isEmpty() ? listen : advertise;
    if (advertise.isEmpty() && isAny(listen)) {
      throw new ConfigProblem(
          "troupe.listen-address "
              + listen
              + " means every interface: say under which host other"
              + " nodes reach this one with --advertise-address (troupe.advertise-address)");
    }
    return new Network(listen, reached, ports(merged));
  }

  private static Ports ports(Config merged) {
    int base = port(merged, "troupe.ports.base");
    Ports block = base == 0 ? new Ports(0, 0, 0, 0, 0) : Ports.fromBase(base);
    Ports ports =
        new Ports(
            portOr(merged, "troupe.ports.sql", block.sql()),
            portOr(merged, "troupe.ports.grpc", block.grpc()),
            portOr(merged, "troupe.ports.http", block.http()),
            portOr(merged, "troupe.ports.cluster", block.cluster()),
            portOr(merged, "troupe.ports.peer", block.peer()));
    List<Integer> used =
        List.of(ports.sql(), ports.grpc(), ports.http(), ports.cluster(), ports.peer()).stream()
            .filter(port -> port != 0)
            .toList();
    if (used.stream().distinct().count() != used.size()) {
      throw new ConfigProblem("troupe.ports: two doors share a port: " + ports);
    }
    return ports;
  }

  private static void requireLoopbackOrInsecure(String listen, boolean insecure) {
    try {
      if (!insecure && !InetAddress.getByName(listen).isLoopbackAddress()) {
        throw new ConfigProblem(
            "troupe.listen-address "
                + listen
                + " is reachable by other machines, and of its ports only the one of SQL asks for"
                + " passwords: say --insecure (troupe.insecure = true) if everyone who reaches the"
                + " others may read and change everything, or listen on 127.0.0.1");
      }
    } catch (UnknownHostException e) {
      throw new ConfigProblem("troupe.listen-address: the host \"" + listen + "\" is not known");
    }
  }

  private static boolean isAny(String listen) {
    try {
      return InetAddress.getByName(listen).isAnyLocalAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static int portOr(Config merged, String key, int fallback) {
    return merged.getString(key).equals(AUTO) ? fallback : port(merged, key);
  }

  private static int port(Config merged, String key) {
    int port = merged.getInt(key);
    if (port < 0 || port > PORT_MAX) {
      throw new ConfigProblem(
          key + " = " + port + " is not a port: 0 to " + PORT_MAX + " are allowed");
    }
    return port;
  }

  private static int positive(Config merged, String key) {
    int value = merged.getInt(key);
    if (value < 1) {
      throw new ConfigProblem(key + " = " + value + " must be at least 1");
    }
    return value;
  }

  private static Duration duration(Config merged, String key) {
    Duration value = merged.getDuration(key);
    if (value.isNegative() || value.isZero()) {
      throw new ConfigProblem(key + " must be longer than nothing, as in 5s or 200ms");
    }
    return value;
  }

  /** A HOCON list, or one string with commas as it comes from a flag or the environment. */
  private static List<String> addresses(Config merged, String key) {
    return texts(merged, key).stream()
        .map(text -> HostPort.parse(text, Ports.DEFAULT_GRPC).toString())
        .distinct()
        .toList();
  }

  private static List<String> texts(Config merged, String key) {
    List<String> texts =
        merged.getValue(key).valueType() == ConfigValueType.STRING
            ? Arrays.asList(merged.getString(key).split(","))
            : merged.getStringList(key);
    return texts.stream().map(String::trim).filter(text -> !text.isEmpty()).toList();
  }
}
