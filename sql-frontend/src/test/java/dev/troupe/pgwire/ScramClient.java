package dev.troupe.pgwire;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** The client's side of a login, each part of which a test can falsify. */
final class ScramClient {
  private static final ScramMechanism SHA_256 = ScramMechanism.SCRAM_SHA_256;

  String mechanism = "SCRAM-SHA-256";
  String header = "n,,";
  byte[] binding = new byte[0];
  final String nonce = ScramFunctions.nonce(24, new SecureRandom());
  String serverFirst = "";

  private String bare() {
    return "n=,r=" + nonce;
  }

  byte[] initial() {
    byte[] message = (header + bare()).getBytes(StandardCharsets.US_ASCII);
    return WireClient.message(
        'p', WireClient.text(mechanism), WireClient.int32(message.length), message);
  }

  String field(char name) {
    for (String field : serverFirst.split(",")) {
      if (field.startsWith(name + "=")) {
        return field.substring(2);
      }
    }
    throw new IllegalStateException("no " + name + " in " + serverFirst);
  }

  private String withoutProof(String answeredNonce) {
    byte[] channel = WireClient.join(header.getBytes(StandardCharsets.US_ASCII), binding);
    return "c=" + Base64.getEncoder().encodeToString(channel) + ",r=" + answeredNonce;
  }

  /** The last message, with the nonce that the server gave. */
  String last(String password) {
    return last(password, field('r'));
  }

  String last(String password, String answeredNonce) {
    byte[] salted =
        ScramFunctions.saltedPassword(
            SHA_256,
            StringPreparation.POSTGRESQL_PREPARATION,
            (password.isEmpty() ? "\u00ad?" : password).toCharArray(),
            Base64.getDecoder().decode(field('s')),
            Integer.parseInt(field('i')));
    byte[] clientKey = ScramFunctions.clientKey(SHA_256, salted);
    String without = withoutProof(answeredNonce);
    byte[] signature =
        ScramFunctions.clientSignature(
            SHA_256,
            ScramFunctions.storedKey(SHA_256, clientKey),
            bare() + "," + serverFirst + "," + without);
    return without
        + ",p="
        + Base64.getEncoder().encodeToString(ScramFunctions.clientProof(clientKey, signature));
  }

  static byte[] response(String text) {
    return WireClient.message('p', text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Sends start-up and first message, and takes the server's. */
  WireClient.Message begin(WireClient client, String user) throws IOException {
    client.send(WireClient.startup("user", user));
    WireClient.Message offer = client.read();
    if (offer == null || offer.type() != 'R' || offer.int32(0) != 10) {
      throw new IOException("no password is asked for");
    }
    return answerOffer(client);
  }

  WireClient.Message answerOffer(WireClient client) throws IOException {
    client.send(initial());
    WireClient.Message answer = client.read();
    if (answer == null) {
      throw new IOException("no answer");
    }
    if (answer.type() == 'R') {
      serverFirst = answer.text(4);
    }
    return answer;
  }

  /** Logs in; gives the last message: ReadyForQuery, or an error. */
  static WireClient.Message login(WireClient client, String user, String password)
      throws IOException {
    var scram = new ScramClient();
    scram.begin(client, user);
    client.send(response(scram.last(password)));
    return client.readTo('Z').getLast();
  }
}
