package dev.troupe.sql.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZoneSettingTest {
  private static final Instant WINTER = Instant.parse("2025-01-15T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "UTC, 0, UTC",
    "utc, 0, UTC",
    "europe/berlin, 1, Europe/Berlin",
    "3, 3, 3",
    "-7, -7, -7",
    // POSIX, where positive lies west: pgjdbc turns Java's GMT+03:00 around for it.
    "GMT-03:00, 3, GMT-03:00",
    "UTC+3, -3, UTC+3",
    "<-08>+08, -8, <-08>+08",
  })
  void shouldReadZones(String value, int hoursEast, String kept) {
    ZoneId zone = ZoneSetting.parse(value);
    assertThat(zone).isNotNull();
    assertThat(zone.getRules().getOffset(WINTER).getTotalSeconds()).isEqualTo(hoursEast * 3600);
    assertThat(ZoneSetting.canonical(value, zone)).isEqualTo(kept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere", "PDT", "99", "", "Europe/"})
  void shouldNotKnowOthers(String value) {
    assertThat(ZoneSetting.parse(value)).isNull();
  }

  @Test
  void shouldTakeIntervalsAsHoursEast() {
    assertThat(ZoneSetting.ofInterval("-08:00")).isEqualTo("-8");
    assertThat(ZoneSetting.ofInterval("+05:45")).isEqualTo("5.75");
    assertThat(ZoneSetting.ofInterval("2")).isEqualTo("2");
    assertThat(ZoneSetting.ofInterval("two hours")).isEqualTo("two hours");
  }
}
