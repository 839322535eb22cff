package dev.troupe.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.PlaceRule;
import dev.troupe.protocol.model.ZoneRules;
import dev.troupe.protocol.model.ZoneSettings;
import dev.troupe.protocol.model.Zones;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZonesTest {
  private static final ZoneSettings AROUND = ZoneSettings.of(3);
  private static final KeySpan ALL_TABLES = span("t", "u");
  private static final KeySpan TABLE = span("ta", "tb");
  private static final KeySpan INDEX = span("taa", "tab");
  private static final List<PlaceRule> IN_EUROPE = List.of(PlaceRule.parse("+region=eu"));
  private static final List<PlaceRule> NOT_IN_B = List.of(PlaceRule.parse("-zone=b"));

  private static KeySpan span(String start, String end) {
    return new KeySpan(Key.of(start), Key.of(end));
  }

  private static Zones.Zone zone(KeySpan span, ZoneRules rules) {
    return new Zones.Zone(span, rules);
  }

  @Test
  void shouldHoldWhatWasSaidOfTheLeastAround() {
    var zones =
        new Zones(
            List.of(
                zone(TABLE, new ZoneRules(5, null, null)),
                zone(ALL_TABLES, new ZoneRules(7, IN_EUROPE, List.of(NOT_IN_B))),
                zone(INDEX, new ZoneRules(null, List.of(), null))),
            AROUND);
    assertThat(zones.settings(span("a", "b"))).isEqualTo(AROUND);
    assertThat(zones.settings(span("tx", "ty")))
        .isEqualTo(new ZoneSettings(7, IN_EUROPE, List.of(NOT_IN_B)));
    assertThat(zones.settings(span("tac", "tad")))
        .isEqualTo(new ZoneSettings(5, IN_EUROPE, List.of(NOT_IN_B)));
    // That nothing is demanded there was said, too.
    assertThat(zones.settings(INDEX)).isEqualTo(new ZoneSettings(5, List.of(), List.of(NOT_IN_B)));
  }

  @Test
  void shouldNotHoldForARangeThatGoesBeyond() {
    var zones = new Zones(List.of(zone(TABLE, new ZoneRules(5, null, null))), AROUND);
    assertThat(zones.settings(span("ta", "tc"))).isEqualTo(AROUND);
    assertThat(zones.settings(TABLE).replicas()).isEqualTo(5);
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    assertThatThrownBy(() -> new ZoneRules(2, null, null)).hasMessageContaining("not 2");
    var many = Collections.nCopies(ZoneRules.RULES_MAX + 1, PlaceRule.parse("+zone=a"));
    assertThatThrownBy(() -> new ZoneRules(null, many, null)).hasMessageContaining("32");
    assertThatThrownBy(() -> new ZoneRules(null, null, List.of(many))).hasMessageContaining("32");
  }
}
