package dev.troupe.sql.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.catalog.ValueDistribution;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bytes of statistics and of jobs, which other nodes read. */
final class StatisticsCodecTest {
  @Test
  void shouldKeepTheBytesOfStatistics() {
    var statistics =
        new TableStatistics(
            1000,
            12.5,
            Map.of(1, 999L),
            Map.of(2, 0.25),
            Map.of(1, new ValueDistribution(List.of("a"), List.of(0.5), List.of(1, 2))));
    byte[] bytes = StatisticsCodec.encode(statistics);
    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo(
            "01e80740290000000000000101e70701023fd00000000000000101010801610"
                + "13fe00000000000000203000000010300000002");
    assertThat(StatisticsCodec.decode(bytes)).isEqualTo(statistics);
  }

  @Test
  void shouldKeepTheBytesOfJobs() {
    var job =
        SchemaJob.of(SchemaJob.Kind.INDEX, 16384, 16390)
            .advanced(1, dev.troupe.protocol.model.Key.of("k"), 5);
    assertThat(HexFormat.of().formatHex(job.encode()))
        .isEqualTo("0100808001868001010101" + "6b" + "000501");
    assertThat(SchemaJob.decode(job.encode())).isEqualTo(job);
  }
}
