package dev.troupe.pgwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.sql.kv.MemoryStore;
import java.io.IOException;
import java.net.InetAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who shows the right password is let in; nobody else is, and nobody learns why. */
class PasswordLoginTest {
  private static final MemoryStore STORE = new MemoryStore();
  private static WireServer open;
  private static WireServer guarded;

  @BeforeAll
  static void start() throws SQLException {
    open = new WireServer(STORE, WireServer.options(Authentication.AUTO, 100, 0));
    guarded = new WireServer(open.sessions, WireServer.options(Authentication.SCRAM, 100, 0));
    open.run(
        "create user anna password 'apple pie'",
        "create user bert",
        "create user old password 'old' valid until '2001-01-01'",
        "create user young password 'young' valid until 'infinity'",
        "create role group_only password 'group'",
        "create user roman password U&'\\2168'",
        "create user empty password ''");
  }

  @AfterAll
  static void stop() {
    guarded.close();
    open.close();
  }

  private static String login(String user, String password) throws IOException {
    try (var client = new WireClient(guarded.port())) {
      WireClient.Message last = ScramClient.login(client, user, password);
      return last.type() == 'Z' ? "in" : last.state();
    }
  }

  @Test
  void shouldAskClientsOfOtherMachinesUnlessToldOtherwise() throws IOException {
    InetAddress here = InetAddress.getByName("127.0.0.1");
    InetAddress there = InetAddress.getByName("192.0.2.1");
    assertThat(Authentication.AUTO.asks(here)).isFalse();
    assertThat(Authentication.AUTO.asks(InetAddress.getByName("::1"))).isFalse();
    assertThat(Authentication.AUTO.asks(there)).isTrue();
    assertThat(Authentication.TRUST.asks(there)).isFalse();
    assertThat(Authentication.SCRAM.asks(here)).isTrue();
  }

  @Test
  void shouldLetADriverInThatKnowsThePassword() throws SQLException {
    try (Connection connection = guarded.connect("anna", "apple pie", "");
        Statement statement = connection.createStatement();
        ResultSet who = statement.executeQuery("select current_user")) {
      assertThat(who.next()).isTrue();
      assertThat(who.getString(1)).isEqualTo("anna");
    }
    assertThatThrownBy(() -> guarded.connect("anna", "apple", ""))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
  }

  @Test
  void shouldPreparePasswordsAsClientsDo() throws SQLException {
    // A Roman nine and the letters that it is made of are the same password.
    guarded.connect("roman", "IX", "").close();
    guarded.connect("roman", "\u2168", "").close();
  }

  @ParameterizedTest
  @CsvSource({
    "anna,apple pie,in",
    "anna,apple pi,28P01",
    "anna,'',28P01",
    "bert,bert,28P01",
    "empty,'',28P01",
    "nobody,apple pie,28P01",
    "old,old,28P01",
    "young,young,in",
    "group_only,group,28000",
    "group_only,grouP,28P01"
  })
  void shouldLetInWhoKnowsThePassword(String user, String password, String outcome)
      throws IOException {
    assertThat(login(user, password)).isEqualTo(outcome);
  }

  @Test
  void shouldTellNobodyWhetherAUserExists() throws IOException {
    try (var otherNode = new WireServer(STORE, WireServer.options(Authentication.SCRAM, 100, 0))) {
      for (String user : List.of("anna", "bert", "nobody", "old", "group_only")) {
        var asked = new ArrayList<String>();
        var refused = new ArrayList<Map<Character, String>>();
        for (int port : new int[] {guarded.port(), guarded.port(), otherNode.port()}) {
          try (var client = new WireClient(port)) {
            var scram = new ScramClient();
            scram.begin(client, user);
            assertThat(scram.field('i')).isEqualTo("4096");
            assertThat(scram.field('s')).hasSize(24);
            asked.add(scram.field('s'));
            client.send(ScramClient.response(scram.last("wrong")));
            refused.add(client.lastWords().fields());
          }
        }
        assertThat(asked).as("salt of %s", user).containsOnly(asked.getFirst());
        Map<Character, String> fields = refused.getFirst();
        assertThat(refused).containsOnly(fields);
        assertThat(fields.get('M'))
            .isEqualTo("password authentication failed for user \"" + user + "\"");
        assertThat(fields.keySet()).containsExactlyInAnyOrder('S', 'V', 'C', 'M');
      }
    }
  }

  @Test
  void shouldTakeAsLongForUsersWhoDoNotExist() throws IOException {
    int rounds = 60;
    long[] known = new long[rounds];
    long[] unknown = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      known[i] = nanosToRefuse("anna");
      unknown[i] = nanosToRefuse("nobody");
    }
    Arrays.sort(known);
    Arrays.sort(unknown);
    double ratio = (double) known[rounds / 2] / unknown[rounds / 2];
    assertThat(ratio).isBetween(0.5, 2.0);
  }

  private static long nanosToRefuse(String user) throws IOException {
    try (var client = new WireClient(guarded.port())) {
      var scram = new ScramClient();
      long begun = System.nanoTime();
      scram.begin(client, user);
      long asked = System.nanoTime();
      byte[] wrong = ScramClient.response(scram.last("wrong"));
      long computed = System.nanoTime();
      client.send(wrong);
      assertThat(client.lastWords().state()).isEqualTo("28P01");
      return System.nanoTime() - computed + asked - begun;
    }
  }

  // --- what is said instead of the right thing -------------------------------------------------

  @Test
  void shouldRefuseAnotherNonce() throws IOException {
    try (var client = new WireClient(guarded.port())) {
      var scram = new ScramClient();
      scram.begin(client, "anna");
      String altered = scram.nonce + "A" + scram.field('r').substring(scram.nonce.length() + 1);
      client.send(ScramClient.response(scram.last("apple pie", altered)));
      assertThat(client.lastWords().state()).isEqualTo("08P01");
    }
  }

  @Test
  void shouldRefuseWhatWasGoodForAnotherLogin() throws IOException {
    var scram = new ScramClient();
    String good;
    try (var client = new WireClient(guarded.port())) {
      scram.begin(client, "anna");
      good = scram.last("apple pie");
      client.send(ScramClient.response(good));
      assertThat(client.readTo('Z').getLast().type()).isEqualTo('Z');
    }
    try (var client = new WireClient(guarded.port())) {
      scram.begin(client, "anna");
      client.send(ScramClient.response(good));
      assertThat(client.lastWords().state()).isEqualTo("08P01");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "c=biws",
        "c=biws,r=NONCE",
        "c=biws,r=NONCE,p=",
        "c=biws,r=NONCE,p=!!!",
        "c=biws,r=NONCE,p=AAAA",
        "c=eSws,r=NONCE,p=PROOF",
        "r=NONCE,c=biws,p=PROOF",
        "c=,r=NONCE,p=PROOF",
        "c=biws,r=,p=PROOF",
        ",,,p=PROOF"
      })
  void shouldRefuseLastMessagesThatAreNone(String pattern) throws IOException {
    try (var client = new WireClient(guarded.port())) {
      var scram = new ScramClient();
      scram.begin(client, "anna");
      String good = scram.last("apple pie");
      String bad =
          pattern
              .replace("NONCE", scram.field('r'))
              .replace("PROOF", good.substring(good.indexOf(",p=") + 3));
      client.send(ScramClient.response(bad));
      assertThat(client.lastWords().state()).isIn("08P01", "28000");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SCRAM-SHA-1,'n,,'",
    "'','n,,'",
    "SCRAM-SHA-256-PLUS,'p=tls-server-end-point,,'",
    "SCRAM-SHA-256,'p=tls-server-end-point,,'",
    "SCRAM-SHA-256,'n,a=root,'",
    "SCRAM-SHA-256,'x,,'",
    "SCRAM-SHA-256,'n'",
    "SCRAM-SHA-256,'n,,m=x,'",
    "SCRAM-SHA-256,''"
  })
  void shouldRefuseFirstMessagesThatAreNone(String mechanism, String header) throws IOException {
    try (var client = new WireClient(guarded.port())) {
      var scram = new ScramClient();
      scram.mechanism = mechanism;
      scram.header = header;
      WireClient.Message answer = scram.begin(client, "anna");
      assertThat(answer.state()).isIn("08P01", "0A000");
    }
  }

  @Test
  void shouldServeNothingBeforeThePassword() throws IOException {
    for (byte[] early :
        List.of(
            WireClient.query("select 1"),
            WireClient.sync(),
            WireClient.join(new byte[] {'p'}, WireClient.int32(3)),
            WireClient.join(new byte[] {'p'}, WireClient.int32(64 << 20)),
            WireClient.message('p', new byte[2000]))) {
      try (var client = new WireClient(guarded.port())) {
        client.send(WireClient.startup("user", "anna"), early);
        assertThat(client.lastWords().state()).isEqualTo("08P01");
      }
    }
  }

  // --- who a session is ------------------------------------------------------------------------

  @Test
  void shouldStayWhoItIs() throws IOException {
    try (var client = new WireClient(open.port()).login("bert")) {
      for (String sql :
          List.of(
              "reset role",
              "reset session authorization",
              "reset all",
              "discard all",
              "set role none",
              "set session authorization default",
              "select 1")) {
        client.run(sql);
        assertThat(client.value("select current_user || session_user")).isEqualTo("bertbert");
        assertThat(client.value("show session_authorization")).isEqualTo("bert");
        assertThat(client.value("show is_superuser")).isEqualTo("off");
      }
      for (String sql :
          List.of(
              "set role root",
              "set session authorization root",
              "select set_config('session_authorization', 'root', false)",
              "select set_config('role', 'root', true)",
              "set is_superuser = on")) {
        assertThat(client.run(sql))
            .as(sql)
            .anyMatch(message -> List.of("42501", "55P02").contains(message.state()));
      }
      assertThat(client.run("create role mighty superuser").getFirst().state()).isEqualTo("42501");
    }
  }

  @ParameterizedTest
  @CsvSource({"session_authorization,root", "role,root", "is_superuser,on", "server_version,1"})
  void shouldBeWhoTheStartUpPacketSaysAndNoOther(String name, String value) throws IOException {
    try (var client = new WireClient(open.port())) {
      client.send(WireClient.startup("user", "bert", name, value));
      assertThat(client.lastWords().state()).isIn("0A000", "55P02");
    }
    try (var client = new WireClient(open.port())) {
      client.send(WireClient.startup("user", "bert", "options", "-c " + name + "=" + value));
      assertThat(client.lastWords().state()).isIn("0A000", "55P02");
    }
  }

  @Test
  void shouldKnowUsersAlsoWhenItAsksForNoPassword() throws IOException {
    for (String user : List.of("nobody", "group_only")) {
      try (var client = new WireClient(open.port())) {
        client.send(WireClient.startup("user", user));
        assertThat(client.lastWords().state()).isEqualTo("28000");
      }
    }
  }

  @Test
  void shouldBeginWithTheSettingsOfTheRole() throws SQLException, IOException {
    open.run(
        "create user nora",
        "alter role nora set statement_timeout = '7s'",
        "alter role nora set nonsense = 1");
    try (var client = new WireClient(open.port()).login("nora")) {
      assertThat(client.value("show statement_timeout")).isEqualTo("7s");
      client.run("set statement_timeout = 1");
      client.run("reset statement_timeout");
      assertThat(client.value("show statement_timeout")).isEqualTo("7s");
    }
  }

  @Test
  void shouldShowPasswordsToNobody() throws IOException {
    try (var watched = new WireClient(open.port()).login("root");
        var watcher = new WireClient(open.port()).login("root")) {
      for (String sql :
          List.of(
              "alter user bert password 'hush hush'",
              "ALTER USER bert ENCRYPTED PASSWORD/**/E'hush hush'",
              "create user if not exists bert password\n--x\n$$hush hush$$",
              "alter user nobody password 'hush hush'")) {
        String said = watched.run(sql).toString();
        assertThat(said).doesNotContain("hush");
        String all =
            watcher.value("select string_agg(query, ';') from pg_stat_activity where true");
        assertThat(all).doesNotContain("hush hush").contains("<hidden>");
      }
      assertThat(watcher.value("select rolpassword from pg_roles where rolname = 'anna'"))
          .isEqualTo("********");
    }
  }
}
