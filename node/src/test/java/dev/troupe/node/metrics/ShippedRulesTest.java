package dev.troupe.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.troupe.node.boot.RunningNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The alerts and the dashboard that come with Troupe, beside what a node shows. Whether alerts fire
 * is Prometheus' own to say: {@code promtool} runs their tests where it is installed.
 */
class ShippedRulesTest {
  private static final Pattern ALERT = Pattern.compile("(?m)^ *- alert: (\\w+)$");
  private static final Pattern RULE = Pattern.compile("(?m)^ *expr: '(.*)'$");

  /** What is no name of a metric in an expression: strings, labels, ranges of time, groupings. */
  private static final Pattern ASIDE =
      Pattern.compile(
          "\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]|\\b(?:by|without|on|ignoring) *\\([^)]*\\)|\\$\\w+");

  private static final Pattern NAME = Pattern.compile("\\b[a-zA-Z_:][a-zA-Z0-9_:]*(?! *\\()\\b");

  /** What Prometheus itself records of each target. */
  private static final Set<String> OF_PROMETHEUS = Set.of("up");

  @TempDir static Path folder;
  private static RunningNode node;

  /** The node, after a collection of garbage: it shows no pauses before the first that it saw. */
  @BeforeAll
  static void start() {
    node = RunningNode.start(folder.resolve("n1"), Map.of());
    System.gc();
    Awaitility.await()
        .alias("the collection is told, by a notification")
        .until(() -> shown().contains("jvm_gc_pause_seconds_sum"));
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static Path shipped(String name) {
    return NodeMetricsTest.repository().resolve("k8s/observability").resolve(name);
  }

  private static List<String> found(Pattern pattern, Path file) throws IOException {
    return pattern.matcher(Files.readString(file)).results().map(match -> match.group(1)).toList();
  }

  /** Metrics that an expression reads. */
  private static Set<String> names(String expression) {
    String bare = ASIDE.matcher(expression).replaceAll(" ");
    return NAME.matcher(bare).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  private static Set<String> shown() {
    Set<String> shown = new TreeSet<>(OF_PROMETHEUS);
    node.metrics().samples().forEach(sample -> shown.add(sample.name()));
    return shown;
  }

  private static void requireKnown(List<String> expressions) {
    Set<String> shown = shown();
    var unknown = new ArrayList<String>();
    for (String expression : expressions) {
      Set<String> names = names(expression);
      assertThat(names).as("names in %s", expression).isNotEmpty();
      names.stream().filter(name -> !shown.contains(name)).forEach(unknown::add);
    }
    assertThat(unknown).as("metrics that no node has").isEmpty();
  }

  @Test
  void shouldFindNamesInExpressions() {
    assertThat(
            names(
                "histogram_quantile(0.99, sum by (le, x) (rate(a_bucket{b=~\"c|d\"}[5m]))) / e >"
                    + " 0.1 and max(f_total) offset 5m"))
        .contains("a_bucket", "e", "f_total")
        .doesNotContain("b", "c", "le", "x", "rate", "sum", "histogram_quantile", "max");
  }

  @Test
  void shouldAlertOnMetricsThatThereAre() throws IOException {
    requireKnown(found(RULE, shipped("prometheus-rules.yaml")));
  }

  @Test
  void shouldDrawMetricsThatThereAre() throws IOException {
    var expressions = new ArrayList<String>();
    try (JsonParser json =
        new JsonFactory().createParser(shipped("grafana-dashboard.json").toFile())) {
      while (json.nextToken() != null) {
        if (json.currentToken() == JsonToken.FIELD_NAME && json.currentName().equals("expr")) {
          expressions.add(json.nextTextValue());
        }
      }
    }
    assertThat(expressions).hasSizeGreaterThan(30);
    requireKnown(expressions);
  }

  @Test
  void shouldExplainAndTestEveryAlert() throws IOException {
    List<String> alerts = found(ALERT, shipped("prometheus-rules.yaml"));
    String runbook =
        Files.readString(NodeMetricsTest.repository().resolve("docs/runbooks/alerts.md"));
    String tests = Files.readString(shipped("prometheus-rules.test.yaml"));

    assertThat(alerts).hasSizeGreaterThan(10).doesNotHaveDuplicates();
    for (String alert : alerts) {
      assertThat(runbook).contains("\n## " + alert + "\n");
      assertThat(tests).contains("'" + alert + " fires'", "'" + alert + " stays quiet'");
    }
  }

  @Test
  void shouldSatisfyPrometheusWhereItIsInstalled() throws Exception {
    String promtool = onPath("promtool");
    assumeTrue(promtool != null, "promtool is not installed");

    run(promtool, "check", "rules", "prometheus-rules.yaml");
    run(promtool, "test", "rules", "prometheus-rules.test.yaml");
    Path scraped = folder.resolve("scraped");
    // Names of the JVM's meters are Micrometer's, and not all to promtool's liking.
    String ours =
        node.get("/metrics")
            .body()
            .lines()
            .filter(line -> line.matches("(# (HELP|TYPE) )?troupe_.*"))
            .collect(Collectors.joining("\n", "", "\n"));
    Files.writeString(scraped, ours);
    run(List.of(promtool, "check", "metrics"), scraped);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    run(List.of(command), null);
  }

  private static void run(List<String> command, Path input)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(shipped(".").toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile());
    if (input != null) {
      builder.redirectInput(input.toFile());
    }
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
    assertThat(process.exitValue())
        .as("%s: %s", command, Files.readString(folder.resolve("out"), StandardCharsets.UTF_8))
        .isZero();
  }

  private static String onPath(String program) {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      Path candidate = Path.of(directory, program);
      if (Files.isExecutable(candidate)) {
        return candidate.toString();
      }
    }
    return null;
  }
}
