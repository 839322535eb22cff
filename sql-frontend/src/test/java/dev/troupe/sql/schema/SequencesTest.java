package dev.troupe.sql.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequencesTest {
  private final DdlFixture fixture = new DdlFixture();
  private final DdlFixture.Node node = fixture.node();
  private final Sequences sequences = new Sequences(fixture.transactions);

  private long next(String name) {
    DdlFixture.Session session = node.begin();
    long value = sequences.next(session.catalog, session.relation(name).id());
    sequences.endStatement(session.catalog);
    return value;
  }

  @Test
  void shouldCountWithoutGapsWhenNobodyElseDoes() {
    node.run("CREATE SEQUENCE s");
    List<Long> values = new ArrayList<>();
    DdlFixture.Session session = node.begin();
    long id = session.relation("s").id();
    for (int i = 0; i < 10; i++) {
      values.add(sequences.next(session.catalog, id));
    }
    assertThat(values).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    sequences.endStatement(session.catalog);
    assertThat(next("s")).isEqualTo(11);
    assertThat(sequences.current(session.catalog, id)).isEqualTo(11);
    assertThat(sequences.last(session.catalog)).isEqualTo(11);
  }

  @Test
  void shouldGiveNoValueTwice() {
    node.run("CREATE SEQUENCE s");
    Sequences other = new Sequences(fixture.transactions);
    DdlFixture.Session session = node.begin();
    long id = session.relation("s").id();
    List<Long> values = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      values.add(sequences.next(session.catalog, id));
      values.add(other.next(session.catalog, id));
    }
    sequences.endStatement(session.catalog);
    other.endStatement(session.catalog);
    values.add(sequences.next(session.catalog, id));
    assertThat(values).doesNotHaveDuplicates();
  }

  @Test
  void shouldKeepABlockForACache() {
    node.run("CREATE SEQUENCE s CACHE 10");
    assertThat(next("s")).isEqualTo(1);
    Sequences other = new Sequences(fixture.transactions);
    DdlFixture.Session session = node.begin();
    assertThat(other.next(session.catalog, session.relation("s").id())).isEqualTo(11);
    assertThat(next("s")).isEqualTo(2);
  }

  @Test
  void shouldEndOrGoRoundAtItsLimit() {
    node.run("CREATE SEQUENCE s MAXVALUE 2; CREATE SEQUENCE c INCREMENT -1 MINVALUE -2 CYCLE");
    assertThat(next("s")).isEqualTo(1);
    assertThat(next("s")).isEqualTo(2);
    SqlException e = catchThrowableOfType(SqlException.class, () -> next("s"));
    assertThat(e.state()).isEqualTo(SqlState.SEQUENCE_GENERATOR_LIMIT_EXCEEDED);
    assertThat(e).hasMessage("nextval: reached maximum value of sequence \"s\" (2)");
    assertThat(List.of(next("c"), next("c"), next("c"))).containsExactly(-1L, -2L, -1L);
  }

  @Test
  void shouldReachTheEndsOfTheNumbers() {
    node.run("CREATE SEQUENCE s START 9223372036854775806");
    assertThat(next("s")).isEqualTo(Long.MAX_VALUE - 1);
    assertThat(next("s")).isEqualTo(Long.MAX_VALUE);
    assertThat(catchThrowableOfType(SqlException.class, () -> next("s"))).isNotNull();
    node.run("CREATE SEQUENCE d INCREMENT -1 START -9223372036854775808");
    assertThat(next("d")).isEqualTo(Long.MIN_VALUE);
    assertThat(catchThrowableOfType(SqlException.class, () -> next("d"))).isNotNull();
  }

  @Test
  void shouldSetAndRestart() {
    node.run("CREATE SEQUENCE s");
    DdlFixture.Session session = node.begin();
    long id = session.relation("s").id();
    sequences.set(session.catalog, id, 41, true);
    assertThat(next("s")).isEqualTo(42);
    sequences.set(session.catalog, id, 7, false);
    assertThat(next("s")).isEqualTo(7);
    node.run("ALTER SEQUENCE s RESTART WITH 100");
    assertThat(next("s")).isEqualTo(100);
    SqlException e =
        catchThrowableOfType(SqlException.class, () -> sequences.set(session.catalog, id, 0, true));
    assertThat(e)
        .hasMessage("setval: value 0 is out of bounds for sequence \"s\" (1..9223372036854775807)");
  }

  @Test
  void shouldNotComeBackByARollback() {
    node.run("CREATE SEQUENCE s");
    DdlFixture.Session session = node.begin();
    sequences.next(session.catalog, session.relation("s").id());
    sequences.endStatement(session.catalog);
    session.transaction.rollback();
    assertThat(next("s")).isEqualTo(2);
  }

  @Test
  void shouldCountInsideOfTheTransactionThatMadeIt() {
    DdlFixture.Session session = node.beginForChange();
    session.run("CREATE SEQUENCE s");
    long id = session.relation("s").id();
    assertThat(sequences.next(session.catalog, id)).isEqualTo(1);
    sequences.endStatement(session.catalog);
    session.commit();
    assertThat(next("s")).isEqualTo(2);
  }

  @Test
  void shouldNotKnowAValueThatItNeverTook() {
    node.run("CREATE SEQUENCE s");
    DdlFixture.Session session = node.begin();
    SqlException e =
        catchThrowableOfType(
            SqlException.class,
            () -> sequences.current(session.catalog, session.relation("s").id()));
    assertThat(e).hasMessage("currval of sequence \"s\" is not yet defined in this session");
    assertThat(e.state().code()).isEqualTo("55000");
  }
}
