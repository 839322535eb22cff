package dev.troupe.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.PlaceRule;
import dev.troupe.protocol.model.ZoneRules;
import dev.troupe.protocol.model.ZoneSettings;
import dev.troupe.protocol.model.Zones;
import dev.troupe.protocol.spi.KvRequest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZoneBookTest {
  private static final KeySpan TABLE = new KeySpan(Key.of("ta"), Key.of("tb"));
  private static final ZoneRules RULES =
      new ZoneRules(
          5,
          List.of(PlaceRule.parse("+region=eu"), PlaceRule.parse("-zone=b")),
          List.of(List.of(PlaceRule.parse("zone=a")), List.of()));

  private final SystemRange range = new SystemRange();
  private final ZoneBook book = new ZoneBook(new SystemRecords(range, () -> 0), 3);

  private Zones all() {
    return book.all().toCompletableFuture().join();
  }

  private void set(KeySpan span, ZoneRules rules) {
    book.set(span, rules).toCompletableFuture().join();
  }

  @Test
  void shouldKeepWhatWasSaidUntilItIsTakenBack() {
    assertThat(all()).isEqualTo(new Zones(List.of(), ZoneSettings.of(3)));
    var everywhere = new ZoneRules(null, List.of(), null);
    set(KeySpan.ALL, everywhere);
    set(TABLE, new ZoneRules(9, null, null));
    set(TABLE, RULES);
    assertThat(all().all())
        .containsExactly(new Zones.Zone(TABLE, RULES), new Zones.Zone(KeySpan.ALL, everywhere));
    set(TABLE, ZoneRules.NONE);
    assertThat(all().all()).extracting(Zones.Zone::span).containsExactly(KeySpan.ALL);
  }

  @Test
  void shouldTellOfRulesThatCannotBeRead() {
    range.send(
        new KvRequest.Put(Keyspace.zone(TABLE), new byte[] {9}), Long.MAX_VALUE, answer -> {});
    assertThat(book.all().toCompletableFuture())
        .failsWithin(Duration.ofSeconds(1))
        .withThrowableThat()
        .withMessageContaining("format 9");
  }

  /** What is stored has to be read by every later version. */
  @Test
  void shouldKeepItsBytes() {
    assertThat(HexFormat.of().formatHex(ZoneCodec.encode(TABLE, RULES)))
        .isEqualTo(
            "01"
                + "027462" // up to tb
                + "05"
                + "03"
                + "0106726567696f6e026575" // +region=eu
                + "00047a6f6e650162" // -zone=b
                + "03"
                + "0201047a6f6e650161" // [+zone=a]
                + "01");
    assertThat(ZoneCodec.decode(TABLE.start(), ZoneCodec.encode(TABLE, RULES)))
        .isEqualTo(new Zones.Zone(TABLE, RULES));
  }
}
