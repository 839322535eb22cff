package dev.troupe.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsLintTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "troupe_a_time_ms | gauge | troupe_a_time_ms 1 | is no base unit",
        "troupe_a_calls | counter | troupe_a_calls 1 | end in _total",
        "troupe_a_calls_total | gauge | troupe_a_calls_total 1 | end in _total",
        "troupe_a_seconds_max | gauge | troupe_a_seconds_max 1 | the unit comes last",
        "troupe_a_wait_gauge | gauge | troupe_a_wait_gauge 1 | does not say its type",
        "troupe_calls_total | counter | troupe_calls_total 1 | is not troupe_<area>_<what>",
        "troupe_a_Calls_total | counter | troupe_a_Calls_total 1 | not in lower case",
        "troupe_a_size_bytes | gauge | troupe_a_size_bytes{range=\"5\"} 1 | a label range",
      })
  void shouldFindWhatIsWrong(String name, String type, String sample, String problem) {
    String text = "# HELP %s Something\n# TYPE %s %s\n%s\n".formatted(name, name, type, sample);
    assertThat(MetricsLint.problems(Exposition.parse(text)))
        .anyMatch(found -> found.contains(problem));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{le=\"1.0\"} 2 | {le=\"+Inf\"} 1 | 1 | is below the one before",
        "{le=\"1.0\"} 1 | {le=\"+Inf\"} 2 | 3 | not that of all buckets",
      })
  void shouldFindBrokenHistograms(String first, String second, String count, String problem) {
    String text =
        """
        # HELP troupe_a_wait_seconds Something
        # TYPE troupe_a_wait_seconds histogram
        troupe_a_wait_seconds_bucket%s
        troupe_a_wait_seconds_bucket%s
        troupe_a_wait_seconds_count %s
        """
            .formatted(first, second, count);
    assertThat(MetricsLint.problems(Exposition.parse(text)))
        .anyMatch(found -> found.contains(problem));
  }
}
