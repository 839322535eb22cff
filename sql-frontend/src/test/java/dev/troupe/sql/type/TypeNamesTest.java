package dev.troupe.sql.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeNamesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "numeric(10,2)|numeric(10,2)|655366",
        "dec(5)|numeric(5,0)|327684",
        "numeric(3,-2)|numeric(3,-2)|198658",
        "numeric(2,5)|numeric(2,5)|131081",
        "character varying|character varying|-1",
        "varchar(10)|character varying(10)|14",
        "char|character(1)|5",
        "character(7)|character(7)|11",
        "bpchar|bpchar|-1",
        "timestamp(3)|timestamp(3) without time zone|3",
        "timestamptz(0)|timestamp(0) with time zone|0",
        "time(2)|time(2) without time zone|2",
        "timetz(1)|time(1) with time zone|1",
        "timestamp with time zone|timestamp with time zone|-1",
        "interval(3)|interval(3)|2147418115",
        "interval year to month|interval year to month|458751",
        "interval day to second(2)|interval day to second(2)|470286338",
        "interval second|interval second|268500991",
        "interval hour|interval hour|67174399",
        "interval day to hour|interval day to hour|67698687",
        "interval minute to second|interval minute to second|402718719",
        "float(10)|real|-1",
        "float(30)|double precision|-1",
        "float|double precision|-1",
        "int|integer|-1",
        "bytes|bytea|-1",
        "string|text|-1",
        "int4[]|integer[]|-1",
        "char(3)[]|character(3)[]|7",
        "int4[][]|integer[]|-1",
      })
  void shouldNameTypesAsPostgres(String written, String shown, int modifier) {
    SqlType type = TypeTexts.parse(written);
    assertThat(type.modifier()).isEqualTo(modifier);
    assertThat(TypeNames.format(type)).isEqualTo(shown);
    assertThat(TypeNames.ofOid(type.oid(), modifier)).isEqualTo(type);
    assertThat(TypeNames.format(type.oid(), modifier)).isEqualTo(shown);
  }

  @Test
  void shouldTellQuotedCharFromCharacter() {
    assertThat(TypeNames.resolve("char", true, List.of(), 0)).isEqualTo(SqlType.CHAR);
    assertThat(TypeNames.resolve("char", false, List.of(), 0))
        .isEqualTo(SqlType.of(TypeId.BPCHAR, 5));
    assertThat(TypeNames.format(SqlType.CHAR)).isEqualTo("\"char\"");
  }

  @Test
  void shouldKnowArraysByTheirInternalNames() {
    assertThat(TypeNames.resolve("_int4")).isEqualTo(SqlType.arrayOf(SqlType.INT4));
    assertThat(TypeNames.resolve("__int4")).isNull();
    assertThat(TypeNames.resolve("nothing")).isNull();
    assertThat(TypeNames.resolve("anyarray")).isNull();
    assertThat(TypeNames.format(0, -1)).isEqualTo("-");
    assertThat(TypeNames.format(99_999, -1)).isEqualTo("???");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "numeric(0)|NUMERIC precision 0 must be between 1 and 1000",
        "numeric(10,1001)|NUMERIC scale 1001 must be between -1000 and 1000",
        "numeric(1,2,3)|invalid NUMERIC type modifier",
        "varchar(0)|length for type varchar must be at least 1",
        "varchar(10485761)|length for type varchar cannot exceed 10485760",
        "char(0)|length for type char must be at least 1",
        "int4(9)|type modifier is not allowed for type \"int4\"",
        "text(9)|type modifier is not allowed for type \"text\"",
        "float(0)|precision for type float must be at least 1 bit",
        "float(54)|precision for type float must be less than 54 bits",
      })
  void shouldRefuseModifiersAsPostgres(String written, String message) {
    assertThatThrownBy(() -> TypeTexts.parse(written)).hasMessage(message);
  }

  @Test
  void shouldPreferOneTypeOfACategory() {
    assertThat(TypeCategory.of(SqlType.INT4)).isEqualTo(TypeCategory.NUMERIC);
    assertThat(TypeCategory.of(SqlType.arrayOf(SqlType.INT4)).code()).isEqualTo('A');
    assertThat(TypeCategory.isPreferred(SqlType.FLOAT8)).isTrue();
    assertThat(TypeCategory.isPreferred(SqlType.INT4)).isFalse();
    assertThat(TypeCategory.isPreferred(SqlType.TEXT)).isTrue();
    assertThat(TypeCategory.isPreferred(SqlType.TIMESTAMPTZ)).isTrue();
  }
}
