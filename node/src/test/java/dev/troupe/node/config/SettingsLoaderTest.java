package dev.troupe.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.pgwire.Authentication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsLoaderTest {
  @TempDir Path folder;

  private static NodeSettings load(Map<String, ?> flags) {
    return new SettingsLoader(Map.of(), new Properties()).load(flags, null);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("troupe.conf"), text);
  }

  @Test
  void shouldUseTheContractsDefaults() {
    NodeSettings settings = load(Map.of());

    assertThat(settings.network().listenAddress()).isEqualTo("127.0.0.1");
    assertThat(settings.network().ports()).isEqualTo(new Ports(7432, 7433, 7434, 7435, 7436));
    assertThat(settings.dataDirectory()).isEqualTo(Path.of("troupe-data").toAbsolutePath());
    assertThat(settings.timeouts().request()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.grpc().inFlightBytes()).isEqualTo(96L << 20);
    assertThat(settings.transactions())
        .isEqualTo(new NodeSettings.TxnLimits(20_000, 256, 4L << 20, Duration.ofSeconds(60)));
  }

  @Test
  void shouldTakeRetentionsOfNamespacesThatTheDefaultsDoNotName() {
    NodeSettings settings =
        load(Map.of("troupe.gc.retention", "2h", "troupe.gc.namespaces.logs.retention", "5m"));

    assertThat(settings.config().getDuration("troupe.gc.namespaces.logs.retention"))
        .isEqualTo(Duration.ofMinutes(5));
    assertThatThrownBy(() -> load(Map.of("troupe.gc.namespaces.logs.retentoin", "5m")))
        .isInstanceOf(ConfigProblem.class);
  }

  @Test
  void shouldTraceNothingUnlessItIsToldTo() {
    NodeSettings.Tracing tracing = load(Map.of()).tracing();
    assertThat(tracing.enabled()).isFalse();
    assertThat(tracing.otlp()).isNull();

    NodeSettings.Tracing told =
        load(Map.of(
                "troupe.tracing.enabled", "on",
                "troupe.tracing.sample", "0.5",
                "troupe.tracing.otlp.endpoint", "http://127.0.0.1:4318/v1/traces",
                "troupe.tracing.otlp.headers", "authorization=Bearer a=b,x = y"))
            .tracing();
    assertThat(told.enabled()).isTrue();
    assertThat(told.sample()).isEqualTo(0.5);
    assertThat(told.otlp())
        .isEqualTo(
            new NodeSettings.Otlp(
                "http://127.0.0.1:4318/v1/traces",
                Map.of("authorization", "Bearer a=b", "x", "y"),
                Duration.ofSeconds(10)));
  }

  @Test
  void shouldRefuseTracingThatCannotWork() {
    Map<String, String> wrong =
        Map.of(
            "troupe.tracing.sample", "1.5",
            "troupe.tracing.keep-latest", "0",
            "troupe.tracing.otlp.endpoint", "collector:4318",
            "troupe.tracing.otlp.headers", "no-value");
    wrong.forEach(
        (key, value) ->
            assertThatThrownBy(
                    () ->
                        load(
                            key.endsWith("headers")
                                ? Map.of(key, value, "troupe.tracing.otlp.endpoint", "http://a/b")
                                : Map.of(key, value)))
                .as(key)
                .isInstanceOf(ConfigProblem.class)
                .hasMessageContaining(key));
  }

  @Test
  void shouldPassOnWhatTheOperatorSetsElsewhereWithoutDefaults() throws IOException {
    Path file = file("pekko.loglevel = DEBUG");

    NodeSettings settings = new SettingsLoader(Map.of(), new Properties()).load(Map.of(), file);

    assertThat(settings.config().getConfig("pekko").entrySet()).hasSize(1);
    assertThat(settings.config().getString("pekko.loglevel")).isEqualTo("DEBUG");
  }

  @Test
  void shouldShiftTheBlockOfPortsButKeepSinglePorts() {
    NodeSettings settings = load(Map.of("troupe.ports.base", 9000, "troupe.ports.http", "8080"));

    assertThat(settings.network().ports()).isEqualTo(new Ports(9000, 9001, 8080, 9003, 9004));
  }

  @Test
  void shouldPreferFlagThenPropertyThenEnvironmentThenFile() throws IOException {
    Path file =
        file("troupe { ports.base = 1000, timeouts { request = 1s, drain = 1s, stop = 1s } }");
    Properties properties = new Properties();
    properties.setProperty("troupe.ports.base", "3000");
    properties.setProperty("troupe.timeouts.request", "3s");
    Map<String, String> environment =
        Map.of(
            "TROUPE_PORTS_BASE", "2000",
            "TROUPE_TIMEOUTS_REQUEST", "2s",
            "TROUPE_TIMEOUTS_DRAIN", "2s");

    NodeSettings settings =
        new SettingsLoader(environment, properties).load(Map.of("troupe.ports.base", 4000), file);

    assertThat(settings.network().ports().sql()).isEqualTo(4000);
    assertThat(settings.timeouts())
        .isEqualTo(
            new NodeSettings.Timeouts(
                Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(1)));
  }

  @Test
  void shouldNameTheNearestKeyWhenOneIsUnknown() throws IOException {
    Path file = file("troupe.timeouts.requst = 1s");

    assertThatThrownBy(() -> new SettingsLoader(Map.of(), new Properties()).load(Map.of(), file))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("troupe.timeouts.requst")
        .hasMessageContaining("troupe.conf: 1")
        .hasMessageContaining("did you mean troupe.timeouts.request?");
  }

  @Test
  void shouldRefuseUnknownSystemProperties() {
    Properties properties = new Properties();
    properties.setProperty("troupe.data-dirr", "x");

    assertThatThrownBy(() -> new SettingsLoader(Map.of(), properties).load(Map.of(), null))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("troupe.data-dir?");
  }

  @Test
  void shouldRefuseToListenBeyondThisMachineUnlessInsecure() {
    assertThatThrownBy(() -> load(Map.of("troupe.listen-address", "192.0.2.1")))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("--insecure");

    NodeSettings settings =
        load(Map.of("troupe.listen-address", "192.0.2.1", "troupe.insecure", true));
    assertThat(settings.grpcAddress()).isEqualTo("192.0.2.1:7433");
  }

  @Test
  void shouldAskForAnAdvertisedHostWhenListeningEverywhere() {
    assertThatThrownBy(
            () -> load(Map.of("troupe.listen-address", "0.0.0.0", "troupe.insecure", true)))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("--advertise-address");
  }

  @Test
  void shouldReadJoinTargetsFromAListAndFromCommas() throws IOException {
    Path file = file("troupe.join = [\"a\", \"b:1\"]");

    assertThat(new SettingsLoader(Map.of(), new Properties()).load(Map.of(), file).join())
        .containsExactly("a:7433", "b:1");
    assertThat(load(Map.of("troupe.join", "a, b:1,[::1]:5,a")).join())
        .containsExactly("a:7433", "b:1", "[::1]:5");
  }

  @Test
  void shouldRefuseNonsense() {
    assertRefused("troupe.ports.base", "70000", "not a port");
    assertRefused("troupe.ports.base", "seven", "troupe.ports.base");
    assertRefused("troupe.timeouts.drain", "0s", "troupe.timeouts.drain");
    assertRefused("troupe.timeouts.drain", "soon", "troupe.timeouts.drain");
    assertRefused("troupe.grpc.in-flight-requests", "0", "at least 1");
    assertRefused("troupe.transactions.open-sessions", "0", "at least 1");
    assertRefused("troupe.transactions.timeout", "0s", "troupe.transactions.timeout");
    assertRefused("troupe.join", "a:b", "not an address");
    assertRefused("troupe.join", "a:b:c", "not an address");
    assertRefused("troupe.ports.http", "7432", "share a port");
    assertRefused("troupe.sql.authentication", "md5", "none of auto, trust, scram");
    assertRefused("troupe.sql.reserved-connections", "10000", "less than troupe.sql.connections");
    assertRefused("troupe.sql.tls", "on", "none of off, allow, require");
    assertRefused("troupe.sql.tls", "require", "tls-certificate");
  }

  @Test
  void shouldReadHowClientsOfSqlAreReceived() {
    assertThat(load(Map.of()).sql())
        .isEqualTo(
            new NodeSettings.Sql(
                10_000,
                3,
                Duration.ofSeconds(1),
                Authentication.AUTO,
                Duration.ofSeconds(30),
                null));
    assertThat(load(Map.of("troupe.sql.authentication", "scram")).sql().authentication())
        .isEqualTo(Authentication.SCRAM);
    assertThatThrownBy(
            () ->
                load(
                    Map.of(
                        "troupe.sql.tls", "allow",
                        "troupe.sql.tls-certificate", "missing.crt",
                        "troupe.sql.tls-key", "missing.key")))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("missing.key");
  }

  private static void assertRefused(String key, String value, String hint) {
    assertThatThrownBy(() -> load(Map.of(key, value)))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining(hint);
  }
}
