package dev.troupe.sql.driver;

import static dev.troupe.sql.driver.MemoryServer.rows;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What pgjdbc's metadata tells of a schema, as PostgreSQL 15 answers the same calls. Tools and
 * mappers of objects build on it.
 */
class MetaDataTest {
  private static MemoryServer server;
  private static Connection connection;
  private static DatabaseMetaData meta;

  @BeforeAll
  static void start() throws SQLException {
    server = new MemoryServer();
    connection = server.connect("");
    MemoryServer.run(
        connection,
        "create schema shop",
        """
        create table shop.customers(
          id serial primary key, email varchar(80) not null unique, born date,
          rating numeric(5,2) check (rating >= 0), tags text[], active bool not null default true,
          big int8 generated always as identity, twice int generated always as (id * 2) stored)
        """,
        "comment on table shop.customers is 'who buys'",
        "comment on column shop.customers.email is 'unique address'",
        """
        create table shop.orders(
          id bigint, line int, customer int not null references shop.customers(id)
            on delete cascade on update set null,
          email varchar(80), primary key(id, line),
          constraint fk_mail foreign key(email) references shop.customers(email))
        """,
        "create index orders_customer on shop.orders(customer, id desc)",
        "create unique index orders_part on shop.orders(email) where line > 1",
        "create view shop.mails as select id, email from shop.customers",
        "create sequence shop.seq");
    meta = connection.getMetaData();
  }

  @AfterAll
  static void stop() throws SQLException {
    connection.close();
    server.close();
  }

  @Test
  void shouldListTablesAndSchemas() throws SQLException {
    String[] columns = {"TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE", "REMARKS"};
    assertThat(rows(meta.getTables(null, "shop", "%", new String[] {"TABLE", "VIEW"}), columns))
        .containsExactly(
            "shop|customers|TABLE|who buys", "shop|orders|TABLE|null", "shop|mails|VIEW|null");
    assertThat(rows(meta.getTables(null, "shop", "%", new String[] {"SEQUENCE"}), columns))
        .contains("shop|seq|SEQUENCE|null");
    assertThat(rows(meta.getSchemas(), "TABLE_SCHEM"))
        .contains("information_schema", "pg_catalog", "public", "shop");
    assertThat(rows(meta.getSchemas(null, "sh%"), "TABLE_SCHEM")).containsExactly("shop");
    assertThat(rows(meta.getCatalogs())).contains("defaultdb");
    assertThat(rows(meta.getTableTypes())).contains("TABLE", "VIEW", "SEQUENCE", "INDEX");
  }

  @Test
  void shouldDescribeColumns() throws SQLException {
    assertThat(
            rows(
                meta.getColumns(null, "shop", "customers", "%"),
                "COLUMN_NAME",
                "DATA_TYPE",
                "TYPE_NAME",
                "COLUMN_SIZE",
                "DECIMAL_DIGITS",
                "NULLABLE",
                "REMARKS",
                "COLUMN_DEF",
                "ORDINAL_POSITION",
                "IS_AUTOINCREMENT",
                "IS_GENERATEDCOLUMN"))
        .containsExactly(
            "id|4|serial|10|0|0|null|nextval('shop.customers_id_seq'::regclass)|1|YES|NO",
            "email|12|varchar|80|0|0|unique address|null|2|NO|NO",
            "born|91|date|13|0|1|null|null|3|NO|NO",
            "rating|2|numeric|5|2|1|null|null|4|NO|NO",
            "tags|2003|_text|2147483647|0|1|null|null|5|NO|NO",
            "active|-7|bool|1|0|0|null|true|6|NO|NO",
            "big|-5|int8|19|0|0|null|null|7|YES|NO",
            "twice|4|int4|10|0|1|null|(id * 2)|8|NO|YES");
  }

  @Test
  void shouldDescribeKeysAndIndexes() throws SQLException {
    String[] key = {"COLUMN_NAME", "KEY_SEQ", "PK_NAME"};
    assertThat(rows(meta.getPrimaryKeys(null, "shop", "orders"), key))
        .containsExactly("id|1|orders_pkey", "line|2|orders_pkey");
    assertThat(rows(meta.getPrimaryKeys("defaultdb", "shop", "customers"), key))
        .containsExactly("id|1|customers_pkey");
    String[] reference = {
      "PKTABLE_NAME",
      "PKCOLUMN_NAME",
      "FKTABLE_NAME",
      "FKCOLUMN_NAME",
      "KEY_SEQ",
      "UPDATE_RULE",
      "DELETE_RULE",
      "FK_NAME",
      "PK_NAME"
    };
    String byMail = "customers|email|orders|email|1|3|3|fk_mail|customers_email_key";
    String byId = "customers|id|orders|customer|1|2|0|orders_customer_fkey|customers_pkey";
    assertThat(rows(meta.getImportedKeys(null, "shop", "orders"), reference))
        .containsExactly(byMail, byId);
    assertThat(rows(meta.getExportedKeys(null, "shop", "customers"), reference))
        .containsExactlyInAnyOrder(byMail, byId);
    assertThat(
            rows(
                meta.getCrossReference(null, "shop", "customers", null, "shop", "orders"),
                reference))
        .containsExactlyInAnyOrder(byMail, byId);
    assertThat(
            rows(
                meta.getIndexInfo(null, "shop", "orders", false, false),
                "NON_UNIQUE",
                "INDEX_NAME",
                "TYPE",
                "ORDINAL_POSITION",
                "COLUMN_NAME",
                "ASC_OR_DESC",
                "FILTER_CONDITION"))
        .containsExactly(
            "f|orders_part|3|1|email|A|(line > 1)",
            "f|orders_pkey|3|1|id|A|null",
            "f|orders_pkey|3|2|line|A|null",
            "t|orders_customer|3|1|customer|A|null",
            "t|orders_customer|3|2|id|D|null");
    assertThat(
            rows(
                meta.getBestRowIdentifier(
                    null, "shop", "orders", DatabaseMetaData.bestRowSession, true),
                "COLUMN_NAME"))
        .containsExactly("id", "line");
  }

  @Test
  void shouldDescribeTypesAndFunctions() throws SQLException {
    assertThat(rows(meta.getTypeInfo(), "TYPE_NAME"))
        .contains("bool", "int4", "text", "numeric", "timestamptz", "jsonb", "uuid", "interval");
    assertThat(rows(meta.getFunctions(null, "pg_catalog", "upper"), "FUNCTION_NAME"))
        .containsExactly("upper");
    assertThat(
            rows(
                meta.getFunctionColumns(null, "pg_catalog", "left", null),
                "COLUMN_NAME",
                "COLUMN_TYPE",
                "TYPE_NAME"))
        .containsExactly("returnValue|4|text", "$1|1|text", "$2|1|int4");
    assertThat(rows(meta.getProcedures(null, "shop", "%"))).isEmpty();
    assertThat(rows(meta.getProcedureColumns(null, "shop", "%", "%"))).isEmpty();
    assertThat(meta.getSQLKeywords()).contains("limit");
    assertThat(meta.getMaxColumnNameLength()).isEqualTo(63);
    assertThat(rows(meta.getVersionColumns(null, "shop", "orders"), "COLUMN_NAME"))
        .containsExactly("ctid");
    assertThat(rows(meta.getTablePrivileges(null, "shop", "orders"), "GRANTEE", "PRIVILEGE"))
        .contains("root|SELECT");
  }

  @Test
  void shouldDescribeResultsAndParameters() throws SQLException {
    try (var query =
        connection.prepareStatement(
            "select id, email as mail, rating, big + 1 as more from shop.customers where id = ?")) {
      var columns = query.getMetaData();
      assertThat(columns.getTableName(2)).isEqualTo("customers");
      assertThat(columns.getColumnLabel(2)).isEqualTo("mail");
      assertThat(columns.getPrecision(3)).isEqualTo(5);
      assertThat(columns.getScale(3)).isEqualTo(2);
      assertThat(columns.isAutoIncrement(1)).isTrue();
      assertThat(columns.isNullable(2)).isEqualTo(java.sql.ResultSetMetaData.columnNoNulls);
      assertThat(columns.getColumnType(4)).isEqualTo(Types.BIGINT);
      assertThat(query.getParameterMetaData().getParameterTypeName(1)).isEqualTo("int4");
    }
  }

  @Test
  void shouldChangeRowsThroughAResult() throws SQLException {
    MemoryServer.run(
        connection,
        "create table edited(id int primary key, v text)",
        "insert into edited values (1, 'a'), (2, 'b'), (3, 'c')");
    try (Statement statement =
            connection.createStatement(
                ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
        ResultSet rows = statement.executeQuery("select id, v from edited order by id")) {
      assertThat(rows.last()).isTrue();
      assertThat(rows.getRow()).isEqualTo(3);
      rows.first();
      rows.updateString(2, "changed");
      rows.updateRow();
      rows.absolute(2);
      rows.deleteRow();
      rows.moveToInsertRow();
      rows.updateInt(1, 4);
      rows.updateString(2, "new");
      rows.insertRow();
    }
    assertThat(rows(connection, "select * from edited order by id"))
        .containsExactly("1|changed", "3|c", "4|new");
  }

  @Test
  void shouldCallFunctionsAsProcedures() throws SQLException {
    try (var call = connection.prepareCall("{? = call upper(?)}")) {
      call.registerOutParameter(1, Types.VARCHAR);
      call.setString(2, "abc");
      call.execute();
      assertThat(call.getString(1)).isEqualTo("ABC");
    }
    assertThat(rows(connection, "select {fn concat('a', 'b')}, {d '2020-01-02'}, {fn ucase('x')}"))
        .containsExactly("ab|2020-01-02|X");
  }

  @Test
  void shouldTakeRecordsOfFunctionsApart() throws SQLException {
    assertThat(rows(connection, "select (json_each_text('{\"a\":1,\"b\":2}')).*"))
        .containsExactly("a|1", "b|2");
    assertThat(
            rows(
                connection,
                "select (t.k).n, (t.k).x, k from"
                    + " (select information_schema._pg_expandarray(array[7,8]) as k) t"))
        .containsExactly("1|7|(7,1)", "2|8|(8,2)");
    assertThat(
            rows(
                connection,
                "select (json_each_text('{\"a\":1,\"b\":2}')).value::int + 1, generate_series(1,"
                    + " 3)"))
        .containsExactly("2|1", "3|2", "null|3");
  }

  /** As psql does to list who refers to a table. */
  @Test
  void shouldFindReferencesOfTablesWithoutPartitions() throws SQLException {
    assertThat(
            rows(
                connection,
                """
                SELECT conname FROM pg_catalog.pg_constraint c
                WHERE confrelid IN (
                    SELECT pg_catalog.pg_partition_ancestors('shop.customers')
                    UNION ALL VALUES ('shop.customers'::pg_catalog.regclass))
                  AND contype = 'f' AND conparentid = 0
                ORDER BY conname
                """))
        .containsExactly("fk_mail", "orders_customer_fkey");
  }
}
