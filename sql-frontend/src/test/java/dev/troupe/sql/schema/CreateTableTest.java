package dev.troupe.sql.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ColumnDescriptor.Identity;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateTableTest {
  private final DdlFixture fixture = new DdlFixture();
  private final DdlFixture.Node node = fixture.node();

  private TableDescriptor create(String name, String sql) {
    node.run(sql);
    return node.begin().table(name);
  }

  @Test
  void shouldNameConstraintsAsPostgres() {
    node.run("CREATE TABLE r (id int PRIMARY KEY, code text UNIQUE)");
    TableDescriptor table =
        create(
            "t",
            """
            CREATE TABLE t (
              a int PRIMARY KEY,
              b int UNIQUE CHECK (b > 0),
              c int REFERENCES r,
              d int CHECK (d > 1) CHECK (d > 2),
              UNIQUE (b, c),
              CHECK (a > b),
              CHECK (a > 5),
              FOREIGN KEY (c) REFERENCES r (id) ON DELETE CASCADE,
              CONSTRAINT own CHECK (c > 0),
              INDEX (c, d))
            """);
    assertThat(table.primary().name()).isEqualTo("t_pkey");
    assertThat(table.primary().id()).isEqualTo(1);
    assertThat(table.indexes())
        .extracting(IndexDescriptor::name)
        .containsExactly("t_b_key", "t_b_c_key", "t_c_d_idx");
    assertThat(table.checks())
        .extracting(CheckConstraint::name)
        .containsExactlyInAnyOrder(
            "t_b_check", "t_d_check", "t_d_check1", "t_check", "t_a_check", "own");
    assertThat(table.foreignKeys())
        .extracting(ForeignKey::name)
        .containsExactly("t_c_fkey", "t_c_fkey1");
    assertThat(node.begin().table("r").referencedBy()).containsExactly(table.id());
  }

  @Test
  void shouldStoreExpressionsAsText() {
    TableDescriptor table =
        create(
            "t",
            """
            CREATE TABLE t (
              a int DEFAULT 1 + 2 * 3,
              b text DEFAULT lower('It''s'::varchar(5)) CHECK (b LIKE 'x%' OR b IN ('y', 'z')),
              c int GENERATED ALWAYS AS (a * 2) STORED)
            """);
    assertThat(column(table, "a").defaultSql()).isEqualTo("(1 + (2 * 3))");
    assertThat(column(table, "b").defaultSql()).isEqualTo("lower('It''s'::character varying(5))");
    assertThat(column(table, "c").generatedSql()).isEqualTo("(a * 2)");
    assertThat(table.checks().getFirst().sql()).isEqualTo("((b LIKE 'x%') OR (b IN ('y', 'z')))");
  }

  private static ColumnDescriptor column(TableDescriptor table, String name) {
    return new TableDraft(table).column(name, 0);
  }

  @Test
  void shouldHideTheRowIdOfATableWithoutPrimaryKey() {
    TableDescriptor table = create("t", "CREATE TABLE t (rowid int, a int)");
    assertThat(table.columnNames()).containsExactly("rowid", "a");
    ColumnDescriptor hidden = table.column(table.primary().keys().getFirst().column());
    assertThat(hidden.hidden()).isTrue();
    assertThat(hidden.name()).isEqualTo("rowid_1");
    assertThat(Tables.hasPrimaryKey(table)).isFalse();
  }

  @Test
  void shouldGiveSerialAndIdentityColumnsTheirSequences() {
    TableDescriptor table =
        create(
            "t",
            """
            CREATE TABLE t (
              a serial,
              b smallserial,
              c bigint GENERATED ALWAYS AS IDENTITY (START WITH 5 INCREMENT BY 2))
            """);
    DdlFixture.Session session = node.begin();
    SequenceDescriptor a = (SequenceDescriptor) session.relation("t_a_seq");
    assertThat(a.type()).isEqualTo(SqlType.INT4);
    assertThat(a.maximum()).isEqualTo(Integer.MAX_VALUE);
    assertThat(a.ownerTable()).isEqualTo(table.id());
    assertThat(column(table, "a").defaultSql()).isEqualTo("nextval('public.t_a_seq'::regclass)");
    assertThat(column(table, "a").nullable()).isFalse();
    assertThat(column(table, "b").type()).isEqualTo(SqlType.INT2);
    SequenceDescriptor c = (SequenceDescriptor) session.relation("t_c_seq");
    assertThat(c.start()).isEqualTo(5);
    assertThat(c.increment()).isEqualTo(2);
    assertThat(column(table, "c").identity()).isEqualTo(Identity.ALWAYS);
    assertThat(column(table, "c").sequence()).isEqualTo(c.id());
  }

  @Test
  void shouldCopyAnotherTable() {
    node.run(
        """
        CREATE TABLE src (
          a int PRIMARY KEY, b text DEFAULT 'x' NOT NULL CHECK (b <> ''), c int UNIQUE);
        CREATE INDEX ON src (b, c);
        COMMENT ON COLUMN src.b IS 'bee'
        """);
    TableDescriptor plain = create("p", "CREATE TABLE p (LIKE src)");
    assertThat(plain.columnNames()).containsExactly("a", "b", "c");
    assertThat(column(plain, "b").nullable()).isFalse();
    assertThat(column(plain, "b").defaultSql()).isNull();
    assertThat(plain.indexes()).isEmpty();
    TableDescriptor full = create("f", "CREATE TABLE f (LIKE src INCLUDING ALL, d int)");
    assertThat(full.primary().name()).isEqualTo("f_pkey");
    assertThat(full.indexes())
        .extracting(IndexDescriptor::name)
        .containsExactlyInAnyOrder("f_c_key", "f_b_c_idx");
    assertThat(full.checks()).extracting(CheckConstraint::name).containsExactly("src_b_check");
    assertThat(column(full, "b").defaultSql()).isEqualTo("'x'");
    CommentTarget target = new CommentTarget(CommentTarget.RELATIONS, full.id(), 2);
    assertThat(node.begin().catalog.comment(target)).isEqualTo("bee");
  }

  @Test
  void shouldReferToItself() {
    TableDescriptor table =
        create("t", "CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t)");
    assertThat(table.foreignKeys().getFirst().table()).isEqualTo(table.id());
    assertThat(table.referencedBy()).containsExactly(table.id());
  }

  @Test
  void shouldSkipWhatExistsOnRequest() {
    node.run("CREATE TABLE t (a int)");
    DdlResult result = node.run("CREATE TABLE IF NOT EXISTS t (b int)").getFirst();
    assertThat(result.notices())
        .extracting(DdlResult.Notice::message)
        .containsExactly("relation \"t\" already exists, skipping");
    assertThat(node.begin().table("t").columnNames()).containsExactly("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CREATE TABLE u (a int) | 42P07 | relation "u" already exists
          CREATE TABLE x.t (a int) | 3F000 | schema "x" does not exist
          CREATE TABLE t (a int, a text) | 42701 | column "a" specified more than once
          CREATE TABLE t (ctid int) | 42701 | column name "ctid" conflicts with a system column name
          CREATE TABLE t (a nothing) | 42704 | type "nothing" does not exist
          CREATE TABLE t (a int PRIMARY KEY, b int PRIMARY KEY) | 42P16 | \
          multiple primary keys for table "t" are not allowed
          CREATE TABLE t (a int, PRIMARY KEY (b)) | 42703 | column "b" named in key does not exist
          CREATE TABLE t (a int, UNIQUE (a, a)) | 42701 | \
          column "a" appears twice in unique constraint
          CREATE TABLE t (a int NULL NOT NULL) | 42601 | \
          conflicting NULL/NOT NULL declarations for column "a" of table "t"
          CREATE TABLE t (a int DEFAULT 1 DEFAULT 2) | 42601 | \
          multiple default values specified for column "a" of table "t"
          CREATE TABLE t (a int REFERENCES nix) | 42P01 | relation "nix" does not exist
          CREATE TABLE t (a int REFERENCES u) | 42704 | \
          there is no primary key for referenced table "u"
          CREATE TABLE t (a int REFERENCES u (a)) | 42830 | \
          there is no unique constraint matching given keys for referenced table "u"
          CREATE TABLE t (a text REFERENCES k) | 42804 | \
          foreign key constraint "t_a_fkey" cannot be implemented
          CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0), CONSTRAINT c CHECK (a > 1)) | 42710 | \
          constraint "c" for relation "t" already exists
          CREATE TABLE t (a json PRIMARY KEY) | 42704 | \
          data type json has no default operator class for access method "btree"
          CREATE TABLE t (a int) WITH (nonsense = 1) | 22023 | unrecognized parameter "nonsense"
          CREATE TABLE t (a text GENERATED ALWAYS AS IDENTITY) | 22023 | \
          identity column type must be smallint, integer, or bigint
          CREATE TEMP TABLE t (a int) | 0A000 | temporary tables are not supported
          CREATE TABLE other.public.t (a int) | 0A000 | \
          cross-database references are not implemented: other.public.t
          """)
  void shouldRefuse(String sql, String state, String message) {
    node.run("CREATE TABLE u (a int); CREATE TABLE k (id int PRIMARY KEY)");
    SqlException e = catchThrowableOfType(SqlException.class, () -> node.begin().run(sql));
    assertThat(e).as(sql).isNotNull();
    assertThat(e.state().code()).isEqualTo(state);
    assertThat(e).hasMessage(message);
  }

  @Test
  void shouldShortenLongNames() {
    String name = "a_table_with_a_name_that_is_as_long_as_it_can_be_in_this_database";
    List<DdlResult> results =
        node.run("CREATE TABLE " + name.substring(0, 60) + " (some_column_name int UNIQUE)");
    assertThat(results).hasSize(1);
    TableDescriptor table = node.begin().table(name.substring(0, 60));
    assertThat(table.indexes().getFirst().name())
        .isEqualTo("a_table_with_a_name_that_is_as_long_as_it__some_column_name_key")
        .hasSize(63);
  }

  @Test
  void shouldFillATableFromAQuery() {
    DdlResult result = node.run("CREATE TABLE t (x) AS SELECT 1 AS a, 2 AS b").getFirst();
    assertThat(result.tag()).isEqualTo("SELECT 7");
    assertThat(node.begin().table("t").columnNames()).containsExactly("x", "b");
  }
}
