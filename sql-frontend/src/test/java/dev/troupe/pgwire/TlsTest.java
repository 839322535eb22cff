package dev.troupe.pgwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.ongres.scram.common.util.TlsServerEndpoint;
import dev.troupe.sql.kv.MemoryStore;
import dev.troupe.sql.session.Places;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted connections, and what somebody between client and server might try. */
class TlsTest {
  @TempDir static Path folder;

  private static TestCertificate own;
  private static TestCertificate other;
  private static WireServer plain;
  private static WireServer allowing;
  private static WireServer requiring;

  @BeforeAll
  static void start() throws Exception {
    own = TestCertificate.create(folder, "own", "EC");
    other = TestCertificate.create(folder, "other", "RSA");
    plain = new WireServer(new MemoryStore(), WireServer.options(Authentication.TRUST, 100, 0));
    allowing = door(Authentication.SCRAM, false);
    requiring = door(Authentication.TRUST, true);
    plain.run("create user anna password 'apple pie'");
  }

  private static WireServer door(Authentication authentication, boolean required)
      throws IOException {
    return new WireServer(
        plain.sessions,
        new PgOptions(
            new Places(100, 0),
            authentication,
            Duration.ofSeconds(30),
            PgTls.load(own.certificate, own.key, required)));
  }

  @AfterAll
  static void stop() {
    requiring.close();
    allowing.close();
    plain.close();
  }

  private static byte[] request(int code) {
    return WireClient.packet(WireClient.int32(code));
  }

  /** Asks for encryption, and gets it. */
  private static SSLSocket encrypt(WireClient client) throws Exception {
    client.send(request(Startup.SSL));
    assertThat(client.readByte()).isEqualTo('S');
    SSLSocket encrypted = clientSocket(client.socket);
    encrypted.startHandshake();
    client.over(encrypted);
    return encrypted;
  }

  private static SSLSocket clientSocket(Socket under) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("it", own.x509);
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return (SSLSocket) context.getSocketFactory().createSocket(under, "localhost", 0, true);
  }

  // --- drivers ---------------------------------------------------------------------------------

  private static String verified(Path root) {
    return "&sslmode=verify-full&sslrootcert=" + root;
  }

  @Test
  void shouldServeADriverThatChecksTheCertificateAndBindsThePassword() throws SQLException {
    String options = verified(own.certificate) + "&channelBinding=require";
    try (Connection connection = allowing.connect("anna", "apple pie", options);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select repeat('x', 3000000), current_setting('ssl')")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).hasSize(3_000_000);
      assertThat(row.getString(2)).isEqualTo("on");
    }
    assertThatThrownBy(() -> allowing.connect("anna", "apple", options))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
  }

  @Test
  void shouldNotBeTakenForAnother() {
    assertThatThrownBy(() -> allowing.connect("anna", "apple pie", verified(other.certificate)))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("PKIX path validation failed");
  }

  @Test
  void shouldSayWhatItOffers() throws SQLException {
    allowing.connect("anna", "apple pie", "&sslmode=disable").close();
    requiring.connect("anna", null, "&sslmode=require").close();
    assertThatThrownBy(() -> requiring.connect("anna", null, "&sslmode=disable"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
    assertThatThrownBy(() -> plain.connect("anna", null, "&sslmode=require"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("does not support SSL");
  }

  @Test
  void shouldCancelOverEitherKindOfConnection() throws Exception {
    try (Connection connection = requiring.connect("anna", null, "&sslmode=require");
        Statement statement = connection.createStatement()) {
      var outcome = new CompletableFuture<String>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  statement.execute("select pg_sleep(100)");
                  outcome.complete("done");
                } catch (SQLException e) {
                  outcome.complete(e.getSQLState());
                }
              });
      await()
          .until(
              () -> {
                statement.cancel();
                return outcome.isDone();
              });
      assertThat(outcome.get()).isEqualTo("57014");
    }
  }

  @Test
  void shouldTakeLeaveOverEncryptedConnections() throws Exception {
    var server = door(Authentication.TRUST, true);
    try (var client = new WireClient(server.port())) {
      encrypt(client);
      client.login("anna");
      server.close();
      assertThat(client.lastWords().state()).isEqualTo("57P01");
    }
  }

  // --- requests --------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {Startup.SSL, Startup.GSS})
  void shouldRefusePlainTextThatComesWithTheRequest(int code) throws IOException {
    for (WireServer server : new WireServer[] {plain, allowing, requiring}) {
      try (var client = new WireClient(server.port())) {
        client.send(
            request(code), WireClient.startup("user", "anna"), WireClient.query("select 1"));
        WireClient.Message answer = client.read();
        assertThat(answer).isNotNull();
        assertThat(answer.state()).isEqualTo("08P01");
        assertThat(client.read()).isNull();
      }
    }
  }

  @Test
  void shouldNotReadPlainTextBehindTheRequest() throws IOException {
    try (var client = new WireClient(allowing.port())) {
      client.send(request(Startup.SSL));
      assertThat(client.readByte()).isEqualTo('S');
      client.send(WireClient.startup("user", "anna"));
      // What comes is an alert of TLS or the end, and no message.
      var answer = new ArrayList<Integer>();
      for (int next = client.readByte(); next >= 0; next = client.readByte()) {
        answer.add(next);
      }
      assertThat(answer).doesNotContain((int) 'R').hasSizeLessThan(16);
    }
  }

  @Test
  void shouldAnswerEachRequestOnce() throws Exception {
    try (var client = new WireClient(plain.port())) {
      client.send(request(Startup.GSS));
      assertThat(client.readByte()).isEqualTo('N');
      client.send(request(Startup.SSL));
      assertThat(client.readByte()).isEqualTo('N');
      client.send(request(Startup.SSL));
      assertThat(client.lastWords().state()).isEqualTo("08P01");
    }
    for (int again : new int[] {Startup.SSL, Startup.GSS}) {
      try (var client = new WireClient(allowing.port())) {
        encrypt(client);
        client.send(request(again));
        assertThat(client.lastWords().state()).isEqualTo("08P01");
      }
    }
    try (var client = new WireClient(allowing.port())) {
      client.send(request(Startup.GSS));
      assertThat(client.readByte()).isEqualTo('N');
      encrypt(client);
      assertThat(ScramClient.login(client, "anna", "apple pie").type()).isEqualTo('Z');
    }
  }

  // --- channels --------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1", "TLSv1.1", "SSLv3"})
  void shouldSpeakNoOldProtocol(String protocol) throws Exception {
    try (var client = new WireClient(allowing.port())) {
      client.send(request(Startup.SSL));
      assertThat(client.readByte()).isEqualTo('S');
      // The client offers the old protocol although this platform would rather not.
      byte[] hello = clientHello(protocol);
      client.send(hello);
      assertThat(client.readByte()).as("an alert").isEqualTo(21);
    }
  }

  /** A hello without extensions that offers one cipher suite. */
  private static byte[] clientHello(String protocol) {
    byte[] version = {3, (byte) (protocol.equals("SSLv3") ? 0 : protocol.equals("TLSv1") ? 1 : 2)};
    byte[] body =
        WireClient.join(
            version,
            new byte[32],
            new byte[] {0},
            WireClient.int16(4),
            WireClient.int16(0x002f),
            WireClient.int16(0xc013),
            new byte[] {1, 0});
    byte[] handshake = WireClient.join(WireClient.int32(1 << 24 | body.length), body);
    return WireClient.join(new byte[] {22, 3, 1}, WireClient.int16(handshake.length), handshake);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void shouldSpeakNewProtocols(String protocol) throws Exception {
    try (var client = new WireClient(allowing.port())) {
      client.send(request(Startup.SSL));
      assertThat(client.readByte()).isEqualTo('S');
      SSLSocket encrypted = clientSocket(client.socket);
      encrypted.setEnabledProtocols(new String[] {protocol});
      encrypted.startHandshake();
      client.over(encrypted);
      assertThat(ScramClient.login(client, "anna", "apple pie").type()).isEqualTo('Z');
    }
  }

  @Test
  void shouldNotAgreeOnWeakCiphers() throws Exception {
    try (var client = new WireClient(allowing.port())) {
      client.send(request(Startup.SSL));
      assertThat(client.readByte()).isEqualTo('S');
      SSLSocket encrypted = clientSocket(client.socket);
      encrypted.setEnabledProtocols(new String[] {"TLSv1.2"});
      encrypted.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"});
      assertThatThrownBy(encrypted::startHandshake).isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void shouldNoticeThatTheBindingWasStripped() throws Exception {
    byte[] binding = TlsServerEndpoint.getChannelBindingData(own.x509);
    assertThat(bound("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,", binding)).isEqualTo("in");
    assertThat(bound("SCRAM-SHA-256", "n,,", new byte[0])).isEqualTo("in");
    // The client could bind, and was told that the server cannot.
    assertThat(bound("SCRAM-SHA-256", "y,,", new byte[0])).isEqualTo("28000");
    // Somebody between shows the client a certificate of his own.
    byte[] others = TlsServerEndpoint.getChannelBindingData(other.x509);
    assertThat(bound("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,", others)).isEqualTo("28000");
    assertThat(bound("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,", new byte[0]))
        .isEqualTo("28000");
    assertThat(bound("SCRAM-SHA-256-PLUS", "p=tls-unique,,", binding)).isEqualTo("08P01");
    assertThat(bound("SCRAM-SHA-256-PLUS", "n,,", new byte[0])).isEqualTo("08P01");
    assertThat(bound("SCRAM-SHA-256", "p=tls-server-end-point,,", binding)).isEqualTo("08P01");
  }

  private static String bound(String mechanism, String header, byte[] binding) throws Exception {
    try (var client = new WireClient(allowing.port())) {
      encrypt(client);
      var scram = new ScramClient();
      scram.mechanism = mechanism;
      scram.header = header;
      scram.binding = binding;
      WireClient.Message answer = scram.begin(client, "anna");
      if (answer.type() == 'E') {
        return answer.state();
      }
      client.send(ScramClient.response(scram.last("apple pie")));
      WireClient.Message last = client.readTo('Z').getLast();
      return last.type() == 'Z' ? "in" : last.state();
    }
  }

  // --- files -----------------------------------------------------------------------------------

  private static void refuses(Path certificate, Path key, String saying) {
    assertThatThrownBy(() -> PgTls.load(certificate, key, true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(saying);
  }

  @Test
  void shouldRefuseFilesThatDoNotServe() throws IOException {
    Path shared = folder.resolve("shared.key");
    Files.copy(own.key, shared);
    for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----"}) {
      Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString(mode));
      refuses(own.certificate, shared, "chmod 0600");
    }
    Path empty = folder.resolve("empty.pem");
    Files.writeString(empty, "");
    Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rw-------"));
    refuses(empty, own.key, "no certificate");
    refuses(own.certificate, empty, "PKCS #8");
    refuses(own.certificate, other.key, "no key for a certificate of kind EC");
    refuses(own.certificate, folder.resolve("missing.key"), "cannot read the key file");
    refuses(folder.resolve("missing.crt"), own.key, "cannot read the certificate file");
  }

  @Test
  void shouldLetAGroupReadAKeyOfRoot() {
    var group = PosixFilePermissions.fromString("r--r-----");
    assertThat(PgTls.isPrivate(group, true)).isTrue();
    assertThat(PgTls.isPrivate(group, false)).isFalse();
    for (String more : new String[] {"rw-rw----", "rw-r--r--", "rw-r-x---"}) {
      assertThat(PgTls.isPrivate(PosixFilePermissions.fromString(more), true)).as(more).isFalse();
    }
  }

  @Test
  void shouldRefuseTheKeyOfAnotherCertificate() throws Exception {
    KeyPairGenerator pairs = KeyPairGenerator.getInstance("EC");
    Path key = folder.resolve("second.key");
    byte[] encoded = pairs.generateKeyPair().getPrivate().getEncoded();
    Files.writeString(key, TestCertificate.pem("PRIVATE KEY", encoded));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    refuses(own.certificate, key, "is not that of");
  }
}
