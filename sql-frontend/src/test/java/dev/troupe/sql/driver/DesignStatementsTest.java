package dev.troupe.sql.driver;

import static dev.troupe.sql.driver.MemoryServer.rows;
import static dev.troupe.sql.driver.MemoryServer.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The statements that the design was drawn with run as they stand there. */
class DesignStatementsTest {
  @Test
  void shouldMakeItsTables() throws SQLException {
    try (MemoryServer server = new MemoryServer();
        Connection connection = server.connect("&preferQueryMode=simple")) {
      run(
          connection,
          """
          CREATE TABLE range_metadata (
              range_id BIGINT PRIMARY KEY,
              start_key BYTES NOT NULL,
              end_key BYTES NOT NULL,
              leader_node_id INT NOT NULL,
              replica_node_ids INT[] NOT NULL,  -- [node1, node2, node3]
              version INT NOT NULL,  -- Incremented on split/merge
              INDEX idx_key_lookup (start_key, end_key)
          );
          """,
          """
          CREATE TABLE range_assignments (
              range_id BIGINT PRIMARY KEY,
              table_name VARCHAR(255),
              start_key BYTES,
              end_key BYTES,
              leader_node INT,
              replica_nodes INT[],
              last_updated TIMESTAMP
          );
          """,
          "insert into range_metadata values (1, '\\x00', '\\xff', 1, '{1,2,3}', 1)");
      assertThat(
              rows(
                  connection, "select indexdef from pg_indexes where indexname = 'idx_key_lookup'"))
          .containsExactly(
              "CREATE INDEX idx_key_lookup ON public.range_metadata USING btree (start_key,"
                  + " end_key)");
    }
  }

  @Test
  void shouldRunItsQueriesAndChanges() throws SQLException {
    try (MemoryServer server = new MemoryServer();
        Connection connection = server.connect("&preferQueryMode=simple")) {
      run(connection, "create table users(id text primary key, name text)");
      run(connection, "insert into users values ('user123', 'Alice')");
      run(connection, "ALTER TABLE users ADD COLUMN email VARCHAR(255);");
      assertThat(rows(connection, "SELECT * FROM users WHERE id = 'user123'"))
          .containsExactly("user123|Alice|null");
      assertThat(
              rows(
                  connection,
                  "SELECT * FROM users AS OF SYSTEM TIME '1 min ago' WHERE id = 'user999'"))
          .isEmpty();

      run(connection, "create table orders(id int primary key, timestamp timestamp)");
      run(connection, "insert into orders values (1, '2024-01-15'), (2, '2024-02-15')");
      assertThat(
              rows(
                  connection,
                  "SELECT * FROM orders WHERE timestamp BETWEEN '2024-01-01' AND '2024-01-31';"))
          .containsExactly("1|2024-01-15 00:00:00");

      run(connection, "create table accounts(user_id int primary key, balance int)");
      run(connection, "insert into accounts select i, 10 from generate_series(1, 1000) i");
      String all =
          IntStream.rangeClosed(1, 1000)
              .mapToObj(String::valueOf)
              .collect(Collectors.joining(", "));
      run(
          connection,
          "BEGIN;\n  UPDATE accounts SET balance = balance - 1 WHERE user_id IN ("
              + all
              + ");\nCOMMIT;\n");
      assertThat(rows(connection, "select sum(balance) from accounts")).containsExactly("9000");
    }
  }
}
