package dev.troupe.sql.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.error.SqlException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DropStatementsTest {
  private final DdlFixture fixture = new DdlFixture();
  private final DdlFixture.Node node = fixture.node();

  private List<String> names() {
    return node.begin().catalog.allRelations().stream().map(Relation::name).toList();
  }

  private SqlException refused(String sql) {
    return catchThrowableOfType(SqlException.class, () -> node.begin().run(sql));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DROP TABLE x | 42P01 | table "x" does not exist
          DROP VIEW x | 42P01 | view "x" does not exist
          DROP SEQUENCE x | 42P01 | sequence "x" does not exist
          DROP INDEX x | 42704 | index "x" does not exist
          DROP SCHEMA x | 3F000 | schema "x" does not exist
          DROP TABLE x.y | 3F000 | schema "x" does not exist
          DROP ROLE x | 42704 | role "x" does not exist
          DROP TYPE x | 42704 | type "x" does not exist
          DROP TABLE v | 42809 | "v" is not a table
          DROP VIEW t | 42809 | "t" is not a view
          DROP INDEX t | 42809 | "t" is not an index
          DROP INDEX t_pkey | 2BP01 | \
          cannot drop index t_pkey because constraint t_pkey on table t requires it
          DROP TABLE t_pkey | 42809 | "t_pkey" is not a table
          """)
  void shouldRefuse(String sql, String state, String message) {
    node.run("CREATE TABLE t (id int PRIMARY KEY); CREATE VIEW v AS SELECT 1 AS a");
    SqlException e = refused(sql);
    assertThat(e).as(sql).isNotNull();
    assertThat(e).hasMessage(message);
    assertThat(e.state().code()).isEqualTo(state);
  }

  @Test
  void shouldSkipWhatIsNotThereOnRequest() {
    List<DdlResult> results =
        node.run(
            """
            DROP TABLE IF EXISTS a, b.c;
            DROP VIEW IF EXISTS v;
            DROP SCHEMA IF EXISTS s;
            DROP INDEX IF EXISTS i
            """);
    assertThat(results)
        .flatExtracting(DdlResult::notices)
        .extracting(DdlResult.Notice::message)
        .containsExactly(
            "table \"a\" does not exist, skipping",
            "schema \"b\" does not exist, skipping",
            "view \"v\" does not exist, skipping",
            "schema \"s\" does not exist, skipping",
            "index \"i\" does not exist, skipping");
    assertThat(results)
        .extracting(DdlResult::tag)
        .containsExactly("DROP TABLE", "DROP VIEW", "DROP SCHEMA", "DROP INDEX");
  }

  @Test
  void shouldSayWhoDependsOnATable() {
    node.run(
        """
        CREATE TABLE t (id int PRIMARY KEY);
        CREATE TABLE u (id int REFERENCES t);
        CREATE VIEW v AS SELECT id FROM t;
        CREATE VIEW w AS SELECT id FROM v
        """);
    SqlException e = refused("DROP TABLE t");
    assertThat(e).hasMessage("cannot drop table t because other objects depend on it");
    assertThat(e.state().code()).isEqualTo("2BP01");
    assertThat(e.detail().lines())
        .containsExactlyInAnyOrder(
            "constraint u_id_fkey on table u depends on table t",
            "view v depends on table t",
            "view w depends on view v");
    assertThat(e.hint()).isEqualTo("Use DROP ... CASCADE to drop the dependent objects too.");
    DdlResult result = node.run("DROP TABLE t CASCADE").getFirst();
    assertThat(result.notices().getFirst().message()).isEqualTo("drop cascades to 3 other objects");
    assertThat(names()).containsExactly("u");
    assertThat(node.begin().table("u").foreignKeys()).isEmpty();
  }

  @Test
  void shouldDropTogetherWhatDependsOnEachOther() {
    node.run(
        """
        CREATE TABLE t (id int PRIMARY KEY);
        CREATE TABLE u (id int REFERENCES t)
        """);
    node.run("DROP TABLE t, u");
    assertThat(names()).isEmpty();
  }

  @Test
  void shouldForgetATableThatRefersToAnother() {
    node.run(
        """
        CREATE TABLE t (id int PRIMARY KEY);
        CREATE TABLE u (id int REFERENCES t);
        DROP TABLE u
        """);
    assertThat(node.begin().table("t").referencedBy()).isEmpty();
    node.run("DROP TABLE t");
  }

  @Test
  void shouldDropTheSequencesOfATableWithIt() {
    node.run("CREATE TABLE t (a serial, b int GENERATED ALWAYS AS IDENTITY); DROP TABLE t");
    assertThat(names()).isEmpty();
  }

  @Test
  void shouldNotDropASequenceThatADefaultUses() {
    node.run("CREATE SEQUENCE s; CREATE TABLE t (a int DEFAULT nextval('s'), b serial)");
    SqlException e = refused("DROP SEQUENCE s");
    assertThat(e.detail()).isEqualTo("default value for column a of table t depends on sequence s");
    node.run("DROP SEQUENCE s CASCADE");
    assertThat(node.begin().table("t").column(1).defaultSql()).isNull();
    assertThat(names()).contains("t_b_seq");
  }

  @Test
  void shouldDropASchemaWithAllThatIsInIt() {
    node.run("CREATE SCHEMA s; CREATE TABLE s.t (a serial); CREATE VIEW s.v AS SELECT a FROM s.t");
    SqlException e = refused("DROP SCHEMA s");
    assertThat(e).hasMessage("cannot drop schema s because other objects depend on it");
    assertThat(e.detail()).contains("table s.t depends on schema s");
    node.run("DROP SCHEMA s CASCADE");
    assertThat(names()).isEmpty();
    assertThat(node.begin().catalog.hasSchema("s")).isFalse();
  }

  @Test
  void shouldDropPublicForGood() {
    node.run("DROP SCHEMA public");
    assertThat(fixture.node().begin().catalog.hasSchema("public")).isFalse();
    SqlException e = refused("CREATE TABLE t (a int)");
    assertThat(e).hasMessage("no schema has been selected to create in");
    node.run("CREATE SCHEMA public; CREATE TABLE t (a int)");
    assertThat(names()).containsExactly("t");
  }
}
