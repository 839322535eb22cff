package dev.troupe.sql.type.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.type.Recorded;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.TypeTexts;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {
  /** All defaults but for one setting. */
  private record Session(String name, String value) implements TypeSession {
    @Override
    public ZoneId timeZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public long transactionMicros() {
      return 0;
    }

    @Override
    public DateOrder dateOrder() {
      return name.equals("datestyle")
          ? DateOrder.valueOf(value.substring(value.length() - 3))
          : DateOrder.MDY;
    }

    @Override
    public IntervalStyle intervalStyle() {
      return name.equals("intervalstyle")
          ? IntervalStyle.valueOf(value.toUpperCase(Locale.ROOT))
          : IntervalStyle.POSTGRES;
    }

    @Override
    public int extraFloatDigits() {
      return name.equals("extra_float_digits") ? Integer.parseInt(value) : 1;
    }

    @Override
    public ByteaOutput byteaOutput() {
      return name.equals("bytea_output") ? ByteaOutput.ESCAPE : ByteaOutput.HEX;
    }
  }

  static List<List<String>> recorded() {
    return Recorded.lines("settings.tsv");
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void shouldFollowSettingsAsPostgres(List<String> columns) {
    Format format = Format.of(TypeTexts.parse(columns.get(2)));
    TypeSession session = new Session(columns.get(0), columns.get(1));
    String printed =
        Recorded.outcome(() -> format.toText(format.readText(columns.get(3), session), session));
    assertThat(printed).isEqualTo(columns.get(4));
  }

  @ParameterizedTest
  @CsvSource({
    "timestamptz, now, 2000-01-01 12:30:00+09",
    "timestamp, now, 2000-01-01 12:30:00",
    "date, now, 2000-01-01",
    "time, now, 12:30:00",
    "timetz, now, 12:30:00+09",
    "timestamp, today, 2000-01-01 00:00:00",
    "timestamptz, tomorrow, 2000-01-02 00:00:00+09",
    "timestamp, yesterday 04:05, 1999-12-31 04:05:00",
    "date, Tomorrow, 2000-01-02",
  })
  void shouldKnowTheTimeOfTheTransaction(String type, String text, String printed) {
    long halfPastThree = 12_600_000_000L;
    TypeSession tokyo = TypeSession.at(ZoneId.of("Asia/Tokyo"), halfPastThree);
    Format format = Format.of(TypeTexts.parse(type));
    assertThat(format.toText(format.readText(text, tokyo), tokyo)).isEqualTo(printed);
  }

  @Test
  void shouldTakeBlanksOfPaddedTextsFromTheType() {
    TypeSession utc = TypeSession.utc(0);
    assertThat(Format.of(TypeTexts.parse("char(4)")).toText("ab", utc)).isEqualTo("ab  ");
    assertThat(Format.of(SqlType.BPCHAR).toText("ab", utc)).isEqualTo("ab");
  }
}
