package dev.troupe.loadgen.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.troupe.loadgen.client.Endpoint;
import dev.troupe.loadgen.client.TroupeDialect;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonReportTest {
  private static CellResult result(double rate, double cpuSeconds) {
    return new CellResult(rate, 1, 2, 10_000, cpuSeconds, 0.1, 0);
  }

  @Test
  void shouldTakeMediansAndDivideByTheLastSystem() {
    ComparisonReport report = new ComparisonReport(List.of("ours", "theirs"));
    report.add("put, 1", "ours", result(300, 2));
    report.add("put, 1", "ours", result(9_000, 1));
    report.add("put, 1", "ours", result(500, 2));
    report.add("put, 1", "theirs", result(100, 4));
    report.add("put, 1", "theirs", result(300, 6));

    assertThat(report.markdown().lines())
        .contains(
            "| put, 1 | ours | 500 (300–9,000) | 1.000 | 2.000 | 0.2000 | 2.50 | 2.40 | 0.10 | 0 |",
            "| put, 1 | theirs | 200 (100–300) | 1.000 | 2.000 | 0.5000 | 1.00 | 1.00 | 0.10 | 0"
                + " |");
  }

  @Test
  void shouldLeaveOutRatiosWhereTheReferenceWasNotMeasured() {
    ComparisonReport report = new ComparisonReport(List.of("ours", "theirs"));
    report.add("get, 1", "ours", result(300, 2));

    assertThat(report.markdown()).contains("| – | – |").doesNotContain("| get, 1 | theirs");
  }

  @Test
  void shouldReadSystems() {
    Contender contender = Contender.parse("Troupe, unary=unary@127.0.0.1:1,127.0.0.1:2@31,32");

    assertThat(contender.label()).isEqualTo("Troupe, unary");
    assertThat(contender.dialect()).isEqualTo(TroupeDialect.UNARY);
    assertThat(contender.endpoints())
        .containsExactly(new Endpoint("127.0.0.1", 1), new Endpoint("127.0.0.1", 2));
    assertThat(contender.pids()).containsExactly(31L, 32L);
    assertThat(Contender.parse("e=etcd@a:1@").dialect()).isEqualTo(EtcdDialect.INSTANCE);
    assertThat(contender.sameClusterAs(Contender.parse("p=pipeline@127.0.0.1:1,127.0.0.1:2@")))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a=b", "a=etcd@h:1", "a=other@h:1@1", "a=etcd@h:1@x"})
  void shouldRefuseWhatIsNoSystem(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Contender.parse(text));
  }

  @Test
  void shouldReadTheMetersOfAProcess() {
    long self = ProcessHandle.current().pid();
    double machineBefore = ProcessProbe.machineCpuSeconds();
    double before = ProcessProbe.cpuSeconds(List.of(self));
    long begin = System.nanoTime();
    double used = 0;
    while (used < 0.3) {
      used = ProcessProbe.cpuSeconds(List.of(self)) - before;
    }

    double seconds = (System.nanoTime() - begin) / 1e9;
    assertThat(used).isLessThan(seconds * Runtime.getRuntime().availableProcessors() + 0.2);
    assertThat(ProcessProbe.machineCpuSeconds() - machineBefore).isGreaterThan(0.25);
    ProcessProbe.Memory memory = ProcessProbe.memory(self);
    assertThat(memory.residentMib()).isBetween(20.0, 100_000.0);
    assertThat(memory.proportionalMib()).isPositive().isLessThanOrEqualTo(memory.residentMib());
  }
}
