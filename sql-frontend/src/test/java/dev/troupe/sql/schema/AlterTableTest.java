package dev.troupe.sql.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.SqlType;
import org.junit.jupiter.api.Test;

class AlterTableTest {
  private final DdlFixture fixture = new DdlFixture();
  private final DdlFixture.Node node = fixture.node();

  /** Runs statements in a session in which table t has a row. */
  private DdlFixture.Session withRow(String create, String change) {
    node.run(create);
    DdlFixture.Session session = node.beginForChange();
    session.data.addRow(session.table("t"), 1);
    session.run(change);
    return session;
  }

  private static ColumnDescriptor column(DdlFixture.Session session, String name) {
    return new TableDraft(session.table("t")).column(name, 0);
  }

  @Test
  void shouldAddAColumnWithoutTouchingRows() {
    DdlFixture.Session session =
        withRow("CREATE TABLE t (a int)", "ALTER TABLE t ADD COLUMN b int DEFAULT 7 NOT NULL");
    assertThat(session.data.asked).isEmpty();
    assertThat(column(session, "b").missing()).isEqualTo(7);
    assertThat(column(session, "b").id()).isEqualTo(3);
  }

  @Test
  void shouldGiveEachRowItsOwnValueWhenTheyDiffer() {
    DdlFixture.Session session =
        withRow("CREATE TABLE t (a int)", "ALTER TABLE t ADD COLUMN b serial");
    assertThat(session.data.asked).containsExactly("UPDATE public.t SET b = DEFAULT");
    assertThat(column(session, "b").sequence()).isNotZero();
  }

  @Test
  void shouldNotAddANotNullColumnWithoutValues() {
    SqlException e =
        catchThrowableOfType(
            SqlException.class,
            () -> withRow("CREATE TABLE t (a int)", "ALTER TABLE t ADD b int NOT NULL"));
    assertThat(e.state()).isEqualTo(SqlState.NOT_NULL_VIOLATION);
    assertThat(e).hasMessage("column \"b\" of relation \"t\" contains null values");
    node.run("ALTER TABLE t ADD b int NOT NULL");
  }

  @Test
  void shouldDropAColumnWithItsIndexesAndChecks() {
    node.run(
        """
        CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE, c int CHECK (c > 0), d serial);
        CREATE INDEX ON t (a) WHERE c > 5;
        ALTER TABLE t DROP COLUMN b, DROP COLUMN c, DROP COLUMN d
        """);
    DdlFixture.Session session = node.begin();
    TableDescriptor table = session.table("t");
    assertThat(table.columnNames()).containsExactly("a");
    assertThat(table.indexes()).isEmpty();
    assertThat(table.checks()).isEmpty();
    assertThat(session.catalog.find(null, "t_d_seq")).isNull();
    node.run("ALTER TABLE t ADD COLUMN b int");
    assertThat(column(node.begin(), "b").id()).isEqualTo(5);
  }

  @Test
  void shouldMoveRowsWhenThePrimaryKeyChanges() {
    DdlFixture.Session session =
        withRow("CREATE TABLE t (a int, b int UNIQUE)", "ALTER TABLE t ADD PRIMARY KEY (a)");
    TableDescriptor table = session.table("t");
    assertThat(table.primary().name()).isEqualTo("t_pkey");
    assertThat(table.columns()).extracting(ColumnDescriptor::name).containsExactly("a", "b");
    assertThat(column(session, "a").nullable()).isFalse();
    assertThat(session.data.asked)
        .containsExactly("SELECT 1 FROM public.t WHERE a IS NULL LIMIT 1", "move t to t_pkey");
    session.data.addRow(table, 1);
    session.run("ALTER TABLE t DROP CONSTRAINT t_pkey");
    assertThat(Tables.hasPrimaryKey(session.table("t"))).isFalse();
    assertThat(session.data.asked).contains("move t to rowid");
    session.commit();
  }

  @Test
  void shouldRenameAColumnInsideOfExpressions() {
    node.run(
        """
        CREATE TABLE t (
          a int CHECK (a > 0 AND 'a' <> ''), b int GENERATED ALWAYS AS (a + a) STORED);
        CREATE INDEX ON t (b) WHERE a > 3;
        ALTER TABLE t RENAME a TO "Order"
        """);
    TableDescriptor table = node.begin().table("t");
    assertThat(table.checks().getFirst().sql()).isEqualTo("((\"Order\" > 0) AND ('a' <> ''))");
    assertThat(table.column(2).generatedSql()).isEqualTo("(\"Order\" + \"Order\")");
    assertThat(table.indexes().getFirst().predicateSql()).isEqualTo("(\"Order\" > 3)");
  }

  @Test
  void shouldKeepViewsAndDefaultsWhenRelationsAreRenamed() {
    node.run(
        """
        CREATE SEQUENCE s;
        CREATE TABLE t (a int DEFAULT nextval('s'));
        CREATE VIEW v AS SELECT t.a FROM t;
        ALTER TABLE t RENAME TO u;
        ALTER SEQUENCE s RENAME TO r;
        CREATE SCHEMA other;
        ALTER TABLE u SET SCHEMA other
        """);
    DdlFixture.Session session = node.begin();
    ViewDescriptor view = (ViewDescriptor) session.relation("v");
    assertThat(view.sql()).isEqualTo("SELECT t.a FROM other.u AS t");
    TableDescriptor table = (TableDescriptor) session.catalog.find("other", "u");
    assertThat(table).isNotNull();
    assertThat(table.column(1).defaultSql()).isEqualTo("nextval('public.r'::regclass)");
    assertThat(StoredNames.shorten(view.sql(), "other.u"::equals)).isEqualTo("SELECT t.a FROM u t");
  }

  @Test
  void shouldChangeTypesByDescriptionOrByRewriting() {
    DdlFixture.Session session =
        withRow(
            "CREATE TABLE t (a varchar(5), b int)",
            "ALTER TABLE t ALTER a TYPE text, ALTER b TYPE bigint");
    assertThat(column(session, "a").type()).isEqualTo(SqlType.TEXT);
    assertThat(column(session, "b").type()).isEqualTo(SqlType.INT8);
    assertThat(session.table("t").columnNames()).containsExactly("a", "b");
    assertThat(session.data.asked).containsExactly("UPDATE public.t SET \"b.4\" = b");
  }

  @Test
  void shouldCheckRowsAgainstNewConstraints() {
    node.run("CREATE TABLE r (id int PRIMARY KEY); CREATE TABLE t (a int)");
    DdlFixture.Session session = node.beginForChange();
    session.data.addRow(session.table("t"), 1);
    session.data.found = "NOT ";
    SqlException check =
        catchThrowableOfType(
            SqlException.class, () -> session.run("ALTER TABLE t ADD CHECK (a > 0)"));
    assertThat(check)
        .hasMessage("check constraint \"t_a_check\" of relation \"t\" is violated by some row");
    session.run("ALTER TABLE t ADD CONSTRAINT late CHECK (a > 1) NOT VALID");
    SqlException validated =
        catchThrowableOfType(
            SqlException.class, () -> session.run("ALTER TABLE t VALIDATE CONSTRAINT late"));
    assertThat(validated.state()).isEqualTo(SqlState.CHECK_VIOLATION);
    SqlException foreign =
        catchThrowableOfType(
            SqlException.class,
            () -> session.run("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r"));
    assertThat(foreign.detail()).isEqualTo("Key (a)=(5) is not present in table \"r\".");
  }

  @Test
  void shouldMakeAConstraintOfAnIndex() {
    node.run(
        """
        CREATE TABLE t (a int, b int);
        CREATE UNIQUE INDEX i ON t (a);
        ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i
        """);
    IndexDescriptor index = node.begin().table("t").indexes().getFirst();
    assertThat(index.name()).isEqualTo("c");
    assertThat(index.constraint()).isTrue();
  }

  @Test
  void shouldChangeIdentity() {
    node.run(
        """
        CREATE TABLE t (a int NOT NULL);
        ALTER TABLE t ALTER a ADD GENERATED BY DEFAULT AS IDENTITY (START 10);
        ALTER TABLE t ALTER a SET GENERATED ALWAYS SET INCREMENT BY 5
        """);
    SequenceDescriptor sequence = (SequenceDescriptor) node.begin().relation("t_a_seq");
    assertThat(sequence.increment()).isEqualTo(5);
    node.run("ALTER TABLE t ALTER a DROP IDENTITY");
    assertThat(node.begin().catalog.find(null, "t_a_seq")).isNull();
  }
}
