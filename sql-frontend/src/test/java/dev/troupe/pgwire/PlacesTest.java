package dev.troupe.pgwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.sql.kv.MemoryStore;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many sessions there may be, and of whom. */
class PlacesTest {
  private WireServer server;

  @BeforeEach
  void start() throws SQLException {
    server = new WireServer(new MemoryStore(), WireServer.options(Authentication.TRUST, 4, 2));
    server.run("create user plain", "create user single connection limit 1");
    await().until(() -> server.sessions.registry().count() == 0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private WireClient login(String user) throws IOException {
    return new WireClient(server.port()).login(user);
  }

  private String refused(String user) throws IOException {
    try (var client = new WireClient(server.port())) {
      client.send(WireClient.startup("user", user));
      return client.lastWords().state();
    }
  }

  @Test
  void shouldKeepTheLastPlacesForSuperusers() throws IOException {
    try (var one = login("plain");
        var two = login("plain")) {
      assertThat(refused("plain")).isEqualTo("53300");
      try (var three = login("root");
          var four = login("root")) {
        assertThat(refused("root")).isEqualTo("53300");
        assertThat(four.value("select 1")).isEqualTo("1");
      }
      assertThat(two.value("select 1")).isEqualTo("1");
    }
  }

  @Test
  void shouldKeepTheLimitOfARole() throws IOException {
    try (var one = login("single")) {
      assertThat(refused("single")).isEqualTo("53300");
      assertThat(one.value("select 1")).isEqualTo("1");
    }
    await().until(() -> server.sessions.registry().count() == 0);
    login("single").close();
  }

  @Test
  void shouldGiveEachPlaceBack() throws IOException {
    for (int i = 0; i < 20; i++) {
      try (var client = login("single")) {
        client.send(i % 2 == 0 ? WireClient.message('X') : new byte[] {'Q', 0});
      }
      await().until(() -> server.sessions.registry().count() == 0);
    }
  }
}
