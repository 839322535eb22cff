package dev.troupe.sql.type.cast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.sql.type.Recorded;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.TypeTexts;
import dev.troupe.sql.type.cast.Cast.Context;
import dev.troupe.sql.type.format.Format;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CastsTest {
  private static final TypeSession BERLIN = TypeSession.at(ZoneId.of("Europe/Berlin"), 0);

  static List<List<String>> recorded() {
    return Recorded.lines("casts.tsv");
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void shouldCastAsPostgres(List<String> columns) {
    SqlType from = TypeTexts.parse(columns.get(0));
    SqlType to = TypeTexts.parse(columns.get(1));
    String printed = Recorded.outcome(() -> castLiteral(columns.get(2), from, to));
    assertThat(printed).isEqualTo(columns.get(3));
    boolean assignable = Casts.find(from, to, Context.ASSIGNMENT) != null;
    assertThat(assignable ? "a" : "e").as("context").isEqualTo(columns.get(4));
  }

  private static String castLiteral(String text, SqlType from, SqlType to) {
    Object value = apply(SqlType.UNKNOWN, from, text);
    Object cast = apply(from, to, Objects.requireNonNull(value));
    return cast == null ? "<null>" : Format.of(to).toText(cast, BERLIN);
  }

  private static @Nullable Object apply(SqlType from, SqlType to, Object value) {
    Cast cast = Casts.find(from, to);
    if (cast == null) {
      throw Casts.none(from, to);
    }
    return cast.apply(value, BERLIN);
  }

  @Test
  void shouldRefuseInAssignmentsWhatAWrittenCastCuts() {
    SqlType shortText = SqlType.of(TypeId.VARCHAR, 2 + 4);
    Cast assigning =
        Objects.requireNonNull(Casts.find(SqlType.TEXT, shortText, Context.ASSIGNMENT));
    Cast written = Objects.requireNonNull(Casts.find(SqlType.TEXT, shortText));
    assertThat(written.apply("abc", BERLIN)).isEqualTo("ab");
    assertThat(assigning.apply("ab   ", BERLIN)).isEqualTo("ab");
    assertThatThrownBy(() -> assigning.apply("abc", BERLIN))
        .hasMessage("value too long for type character varying(2)");
  }

  @Test
  void shouldKnowWhichCastsChangeNothing() {
    assertThat(identity(SqlType.TEXT, SqlType.VARCHAR)).isTrue();
    assertThat(identity(SqlType.INT2, SqlType.INT4)).isTrue();
    assertThat(identity(SqlType.TEXT, SqlType.NAME)).isFalse();
    assertThat(identity(SqlType.TEXT, SqlType.of(TypeId.VARCHAR, 6))).isFalse();
    assertThat(identity(SqlType.INT4, SqlType.INT8)).isFalse();
  }

  private static boolean identity(SqlType from, SqlType to) {
    return Objects.requireNonNull(Casts.find(from, to)).isIdentity();
  }

  @Test
  void shouldTellImplicitCastsFromOthers() {
    assertThat(Casts.context(SqlType.INT4, SqlType.INT8)).isEqualTo(Context.IMPLICIT);
    assertThat(Casts.context(SqlType.INT8, SqlType.INT4)).isEqualTo(Context.ASSIGNMENT);
    assertThat(Casts.context(SqlType.NUMERIC, SqlType.FLOAT8)).isEqualTo(Context.IMPLICIT);
    assertThat(Casts.context(SqlType.INT4, SqlType.TEXT)).isEqualTo(Context.ASSIGNMENT);
    assertThat(Casts.context(SqlType.TEXT, SqlType.INT4)).isEqualTo(Context.EXPLICIT);
    assertThat(Casts.context(SqlType.UNKNOWN, SqlType.INT4)).isEqualTo(Context.IMPLICIT);
    assertThat(Casts.context(SqlType.BOOL, SqlType.DATE)).isNull();
    assertThat(Casts.context(SqlType.TEXT, SqlType.RECORD)).isNull();
  }
}
