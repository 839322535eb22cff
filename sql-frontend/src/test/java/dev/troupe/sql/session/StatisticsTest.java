package dev.troupe.sql.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is counted of tables, where it is seen, and which plans it changes. */
final class StatisticsTest {
  private final SessionFixture fixture = new SessionFixture();
  private final SessionFixture.Node node = fixture.node();
  private final SessionFixture.Session session = node.session();

  @BeforeEach
  void fill() {
    session.run("create table t (id int primary key, kind text, n int)");
    session.run("create index by_kind on t (kind)");
    session.run("create index by_n on t (n)");
    session.run(
        "insert into t select i, case when i % 100 = 0 then 'rare' else 'often' end,"
            + " case when i % 4 = 0 then null else i end from generate_series(1, 4000) as i");
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private String plan(String query) {
    return String.join("\n", session.texts("explain " + query));
  }

  @Test
  void shouldShowWhatWasCounted() {
    assertThat(session.texts("select reltuples from pg_class where relname = 't'"))
        .containsExactly("-1.0");
    session.run("analyze t");
    assertThat(session.texts("select reltuples from pg_class where relname = 't'"))
        .containsExactly("4000.0");
    assertThat(
            session.run(
                "select null_frac::text, n_distinct::text, most_common_vals::text,"
                    + " most_common_freqs::text from pg_stats where tablename = 't'"
                    + " order by attname"))
        .satisfies(
            rows -> {
              assertThat(rows.get(0)).startsWith("0", "-1");
              assertThat(rows.get(1)).containsExactly("0", "2", "{often,rare}", "{0.99,0.01}");
              assertThat(rows.get(2)).startsWith("0.25", "-0.75");
            });
  }

  @Test
  void shouldReadRareValuesByTheIndexAndCommonOnesByTheRows() {
    assertThat(plan("select * from t where kind = 'often'")).contains("by_kind");
    session.run("analyze");
    assertThat(plan("select * from t where kind = 'often'"))
        .doesNotContain("by_kind")
        .contains("rows=3960");
    assertThat(plan("select * from t where kind = 'rare'")).contains("by_kind", "rows=40");
  }

  @Test
  void shouldReadNarrowRangesByTheIndexAndWideOnesByTheRows() {
    session.run("analyze t");
    assertThat(plan("select * from t where n < 40")).contains("by_n");
    assertThat(plan("select * from t where n > 40")).doesNotContain("by_n");
    assertThat(plan("select * from t where n is null")).contains("rows=1000");
    assertThat(plan("select * from t where n between 1000 and 1100"))
        .containsPattern("by_n.*\\(rows=(6|7|8)\\d\\)");
  }

  @Test
  void shouldJoinFromTheSmallerTable() {
    session.run("create table small (id int primary key, t int)");
    session.run("insert into small values (1, 10), (2, 20)");
    session.run("create table large (id int primary key, small int)");
    session.run("insert into large select i, i % 2 from generate_series(1, 3000) as i");
    String query = "select * from large l join t on t.id = l.id join small s on s.t = t.id";
    String before = plan(query);
    session.run("analyze");
    String after = plan(query);
    assertThat(after).isNotEqualTo(before);
    assertThat(session.run(query)).hasSize(2);
    assertThat(lines(after, "rows=2")).as(after).isNotEmpty();
    assertThat(after).as("nothing large is read whole").doesNotContain("rows=3000");
  }

  private static List<String> lines(String plan, String part) {
    return plan.lines().filter(line -> line.contains(part)).toList();
  }

  @Test
  void shouldPlanWithConstantsWhereTheyDecide() {
    session.run("analyze t");
    String narrow = "select id from t where n < 3 and kind <> ''";
    String wide = "select id from t where n < 4000 and kind <> ''";
    for (int i = 0; i < 3; i++) {
      assertThat(session.run(narrow)).hasSize(2);
      assertThat(session.run(wide)).hasSize(3000);
    }
    assertThat(session.texts("select n from t where id = 17")).containsExactly("17");
    session.run("update t set n = 18 where id = 17");
    assertThat(session.texts("select n from t where id = 17")).containsExactly("18");
  }

  @Test
  void shouldCountByItselfWhenMuchHasChanged() {
    BackgroundWork work = node.background();
    assertThat(work.refreshStatistics()).isEqualTo(1);
    SessionFixture.Node other = fixture.node();
    SessionFixture.Session elsewhere = other.session();
    assertThat(elsewhere.texts("select reltuples from pg_class where relname = 't'"))
        .containsExactly("-1.0");
    other.background().refreshStatistics();
    assertThat(elsewhere.texts("select reltuples from pg_class where relname = 't'"))
        .containsExactly("4000.0");
    session.run("delete from t where id <= 100");
    assertThat(work.refreshStatistics()).as("a part too small").isZero();
  }

  @Test
  void shouldLeaveWhatATransactionHasCountedWhenItCommits() {
    session.run("begin");
    session.run("create table own (id int primary key)");
    session.run("insert into own values (1), (2), (3)");
    session.run("analyze own");
    session.run("commit");
    assertThat(session.texts("select reltuples from pg_class where relname = 'own'"))
        .containsExactly("3.0");
    session.run("drop table own");
    assertThat(fixture.catalog().statistics(16384)).isNull();
  }

  @Test
  void shouldNotShowGuessesWithoutCosts() {
    assertThat(plan("select 1")).contains("rows=1");
    assertThat(String.join("\n", session.texts("explain (costs off) select 1")))
        .doesNotContain("rows=");
  }
}
