package dev.troupe.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.pgwire.Authentication;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EntranceTest {
  private final FakeSql sql = new FakeSql();
  private final Entrance auto = entrance(Authentication.AUTO);
  private final Map<String, String> headers =
      new HashMap<>(
          Map.of(
              "host", "127.0.0.1:7434",
              "content-type", "application/json",
              "x-troupe-request", "test"));

  private Entrance entrance(Authentication authentication) {
    return new Entrance(authentication, List.of("DB.example.org"), () -> sql);
  }

  private Request request(String method, String client) {
    try {
      return new Request(method, "/", Map.of(), InetAddress.getByName(client), headers);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static String status(Answer answer) {
    return answer == null
        ? "let in"
        : answer.status() + " " + new String(answer.body(), StandardCharsets.UTF_8);
  }

  private String local(String method, Access access) {
    return status(auto.refusal(request(method, "127.0.0.1"), access));
  }

  private String remote(String method, Access access) {
    return status(auto.refusal(request(method, "192.0.2.1"), access));
  }

  private void login(String user, String password) {
    String both = user + ":" + password;
    headers.put(
        "authorization",
        "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void shouldLetInWhoIsOnTheMachineAsSqlDoes() {
    assertThat(local("GET", Access.USERS)).isEqualTo("let in");
    assertThat(local("POST", Access.SUPERUSERS)).isEqualTo("let in");
    assertThat(remote("GET", Access.OPEN)).isEqualTo("let in");
    assertThat(remote("GET", Access.USERS)).startsWith("401");
    assertThat(status(entrance(Authentication.SCRAM).refusal(request("GET", "::1"), Access.USERS)))
        .startsWith("401");
    assertThat(
            status(
                entrance(Authentication.TRUST).refusal(request("GET", "192.0.2.1"), Access.USERS)))
        .isEqualTo("let in");
  }

  @Test
  void shouldAskForPasswordsAndBelieveNoOthers() {
    Answer challenge = auto.refusal(request("GET", "192.0.2.1"), Access.USERS);
    assertThat(challenge).isNotNull();
    assertThat(challenge.headers().get("WWW-Authenticate")).startsWith("Basic realm=");

    login("reader", "wrong");
    assertThat(remote("GET", Access.USERS)).startsWith("401");
    login("nobody", "nobody");
    assertThat(remote("GET", Access.USERS)).as("does not exist").startsWith("401");
    headers.put("authorization", "Basic ?");
    assertThat(remote("GET", Access.USERS)).startsWith("401");
    headers.put("authorization", "Bearer cm9vdDpyb290");
    assertThat(remote("GET", Access.USERS)).startsWith("401");

    login("reader", "reader");
    assertThat(remote("GET", Access.USERS)).isEqualTo("let in");
    assertThat(remote("GET", Access.USERS)).as("known by now").isEqualTo("let in");
    login("reader", "wrong");
    assertThat(remote("GET", Access.USERS)).as("after a right one").startsWith("401");
  }

  @Test
  void shouldLetOnlySuperusersChangeThings() {
    login("reader", "reader");
    assertThat(remote("POST", Access.SUPERUSERS)).startsWith("403").contains("only superusers");
    login("root", "root");
    assertThat(remote("POST", Access.SUPERUSERS)).isEqualTo("let in");
  }

  @Test
  void shouldRefuseChangesThatPagesOfOthersCouldSend() {
    headers.put("origin", "http://127.0.0.1:7434");
    assertThat(local("POST", Access.SUPERUSERS)).isEqualTo("let in");

    for (String origin :
        new String[] {"https://evil.example", "null", "http://127.0.0.1:9", "::"}) {
      headers.put("origin", origin);
      assertThat(local("POST", Access.SUPERUSERS)).as(origin).startsWith("403");
    }
    headers.remove("origin");
    headers.remove("x-troupe-request");
    assertThat(local("POST", Access.SUPERUSERS)).startsWith("403").contains("X-Troupe-Request");
    headers.put("x-troupe-request", "test");
    headers.put("content-type", "text/plain");
    assertThat(local("POST", Access.SUPERUSERS)).startsWith("415");
    headers.put("content-type", "application/json; charset=utf-8");
    assertThat(local("POST", Access.SUPERUSERS)).isEqualTo("let in");
  }

  @Test
  void shouldNotTrustPagesWhoseNamesLeadHere() {
    for (String own :
        new String[] {"127.0.0.1:7434", "[::1]:7434", "localhost", "DB.example.org:7434"}) {
      headers.put("host", own);
      assertThat(local("GET", Access.USERS)).as(own).isEqualTo("let in");
    }
    for (String foreign :
        new String[] {"evil.example:7434", "", "127.0.0.1.evil.example", "db.example.org.evil:1"}) {
      headers.put("host", foreign);
      assertThat(local("GET", Access.USERS)).as(foreign).startsWith("403");
      assertThat(local("POST", Access.SUPERUSERS)).as(foreign).startsWith("403");
    }
    login("root", "root");
    assertThat(remote("GET", Access.USERS)).as("knows a password").isEqualTo("let in");
  }

  @Test
  void shouldLetNobodyInWhileUsersAreNotKnown() {
    Entrance early = new Entrance(Authentication.AUTO, List.of(), () -> null);
    login("root", "root");
    assertThat(status(early.refusal(request("GET", "192.0.2.1"), Access.USERS))).startsWith("503");
  }
}
