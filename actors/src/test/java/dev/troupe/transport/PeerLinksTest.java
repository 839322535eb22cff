package dev.troupe.transport;

import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.transport.LinkFilter.Verdict;
import dev.troupe.transport.TransportNode.Numbered;
import dev.troupe.transport.TransportNode.Received;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerLinksTest {
  private TransportNode one;
  private TransportNode two;

  @BeforeEach
  void start() {
    one = new TransportNode(1);
    two = new TransportNode(2);
  }

  @AfterEach
  void stop() throws Exception {
    one.close();
    two.close();
  }

  @Test
  void shouldDeliverInOrderAndCoalesceWhatIsSentTogether() {
    TransportNode.connect(one, two);
    assertThat(one.links.send(two.id, new Numbered(0, 0))).isTrue();
    awaitReceived(two, 1);

    // The thread that fills envelopes is held until everything is queued behind the first one.
    CountDownLatch queued = new CountDownLatch(1);
    one.filter =
        (side, from, to) -> {
          awaitUninterruptibly(queued);
          return Verdict.PASS;
        };
    for (int i = 1; i < 20_000; i++) {
      assertThat(one.links.send(two.id, new Numbered(i, 20))).isTrue();
    }
    queued.countDown();

    awaitReceived(two, 20_000);
    assertThat(two.received)
        .extracting(Received::number)
        .containsExactlyElementsOf(range(0, 20_000).boxed().toList());
    assertThat(two.received).extracting(Received::from).containsOnly(one.id);
    TransportCounters.Snapshot sent = one.links.counters().snapshot();
    assertThat(sent.messagesSent()).isEqualTo(20_000);
    assertThat(sent.envelopesSent()).isLessThan(100);
  }

  @Test
  void shouldAnswerWithinTheHandler() {
    TransportNode.connect(one, two);
    two.handler = (from, in) -> two.links.send(from, new Numbered(in.readInt() + 1, 0));
    one.handler =
        (from, in) -> {
          int number = in.readInt();
          one.received.add(new Received(from, new ByteWriter(4).putInt(number).toBytes()));
          if (number < 1_000) {
            one.links.send(from, new Numbered(number + 1, 0));
          }
        };

    one.links.send(two.id, new Numbered(0, 0));

    awaitReceived(one, 501);
    assertThat(one.received.get(500).number()).isEqualTo(1_001);
  }

  @Test
  void shouldCarryMessagesLargerThanAFrameBetweenSmallOnes() {
    TransportNode.connect(one, two);
    byte[] large = new byte[4_300_000];
    new Random(1).nextBytes(large);

    one.links.send(two.id, new Numbered(1, 0));
    one.links.send(two.id, new Raw(large));
    one.links.send(two.id, new Numbered(3, 150_000));
    one.links.send(two.id, new Numbered(4, 150_000));
    one.links.send(two.id, new Raw(new byte[0]));

    awaitReceived(two, 5);
    assertThat(two.received.get(0).number()).isEqualTo(1);
    assertThat(two.received.get(1).bytes()).isEqualTo(large);
    assertThat(two.received.get(2).number()).isEqualTo(3);
    assertThat(two.received.get(3).number()).isEqualTo(4);
    assertThat(two.received.get(4).bytes()).isEmpty();
    assertThat(two.links.counters().snapshot().malformed()).isZero();
  }

  @Test
  void shouldRefuseAMessageForAnUnknownNode() {
    assertThat(one.links.send(two.id, new Numbered(1, 0))).isFalse();
    one.knows(two);
    assertThat(one.links.send(two.id, new Numbered(2, 0))).isTrue();
    one.links.nodeGone(two.id, new PeerAddress("127.0.0.1", 1));
    assertThat(one.links.send(two.id, new Numbered(2, 0))).isTrue();
    one.links.nodeGone(two.id, two.address());
    assertThat(one.links.send(two.id, new Numbered(3, 0))).isFalse();
    assertThat(one.links.send(one.id, new Numbered(4, 0))).isFalse();
  }

  @Test
  void shouldRefuseWhenTheWindowIsFullAndRecoverAfterLoss() {
    TransportNode.connect(one, two);
    one.filter = (side, from, to) -> Verdict.DROP;
    int admitted = 0;
    while (one.links.send(two.id, new Numbered(admitted, 100_000))) {
      admitted++;
      assertThat(admitted).isLessThan(100);
    }
    assertThat(admitted).isGreaterThan(60);
    assertThat(one.links.outstandingBytes(two.id)).isLessThanOrEqualTo(LinkWindow.WINDOW_BYTES_MAX);

    int queued = admitted;
    await()
        .atMost(TransportNode.patience())
        .until(() -> one.links.counters().snapshot().messagesSent() == queued);
    one.filter = LinkFilter.PASS_ALL;
    await()
        .atMost(TransportNode.patience())
        .until(() -> one.links.send(two.id, new Numbered(1_000, 100_000)));

    awaitReceived(two, 1);
    assertThat(two.received.get(0).number()).isEqualTo(1_000);
    assertThat(one.links.counters().snapshot().windowResets()).isGreaterThanOrEqualTo(1);
    assertThat(one.links.counters().snapshot().windowRefusals()).isGreaterThanOrEqualTo(1);
    assertThat(one.links.outstandingBytes(two.id)).isLessThan(200_000);
  }

  @Test
  void shouldKeepTheWindowOpenWhileBytesAreAcknowledged() {
    TransportNode.connect(one, two);
    int rounds = 40;
    for (int i = 0; i < rounds; i++) {
      int number = i;
      await()
          .pollInterval(Duration.ofMillis(2))
          .atMost(TransportNode.patience())
          .until(() -> one.links.send(two.id, new Numbered(number, 1_000_000)));
    }

    awaitReceived(two, rounds);
    assertThat(one.links.counters().snapshot().windowResets()).isZero();
    assertThat(one.links.outstandingBytes(two.id)).isLessThanOrEqualTo(2_000_000);
  }

  @Test
  void shouldGoOnAfterALostPieceOfALargeMessage() {
    TransportNode.connect(one, two);
    AtomicInteger envelopes = new AtomicInteger();
    one.filter = (side, from, to) -> envelopes.incrementAndGet() == 3 ? Verdict.DROP : Verdict.PASS;

    one.links.send(two.id, new Raw(new byte[2_000_000]));
    one.links.send(two.id, new Numbered(7, 0));

    awaitReceived(two, 1);
    assertThat(two.received.get(0).number()).isEqualTo(7);
    assertThat(two.links.counters().snapshot().gaps()).isEqualTo(1);
  }

  @Test
  void shouldRefuseAForeignCluster() throws Exception {
    try (TransportNode foreign =
        new TransportNode(new PeerIdentity(TransportNode.CLUSTER + 1, new NodeId(3), 1), 0)) {
      foreign.knows(two);
      for (int i = 0; i < 10; i++) {
        foreign.links.send(two.id, new Numbered(i, 0));
      }
      await()
          .atMost(TransportNode.patience())
          .until(() -> two.links.counters().snapshot().foreign() > 0);
      assertThat(two.received).isEmpty();
    }
  }

  @Test
  void shouldRefuseAnEnvelopeMeantForTheFormerOwnerOfTheAddress() {
    one.links.nodeUp(new NodeId(9), two.address());
    one.links.send(new NodeId(9), new Numbered(1, 0));

    await()
        .atMost(TransportNode.patience())
        .until(() -> two.links.counters().snapshot().foreign() == 1);
    assertThat(two.received).isEmpty();
  }

  @Test
  void shouldRefuseAnOldCopyOfADataDirectory() throws Exception {
    try (TransportNode present =
            new TransportNode(new PeerIdentity(TransportNode.CLUSTER, new NodeId(3), 5), 0);
        TransportNode old =
            new TransportNode(new PeerIdentity(TransportNode.CLUSTER, new NodeId(3), 4), 0)) {
      present.knows(two);
      old.knows(two);
      present.links.send(two.id, new Numbered(1, 0));
      awaitReceived(two, 1);

      old.links.send(two.id, new Numbered(2, 0));
      await()
          .atMost(TransportNode.patience())
          .until(() -> two.links.counters().snapshot().oldIncarnations() == 1);
      present.links.send(two.id, new Numbered(3, 0));

      awaitReceived(two, 2);
      assertThat(two.received).extracting(Received::number).containsExactly(1, 3);
    }
  }

  @Test
  void shouldSpeakWithARestartedPeerOnTheSamePort() throws Exception {
    TransportNode.connect(one, two);
    one.links.send(two.id, new Numbered(1, 0));
    awaitReceived(two, 1);
    int port = two.address().port();
    two.close();
    two = new TransportNode(new PeerIdentity(TransportNode.CLUSTER, new NodeId(2), 2), port);
    TransportNode.connect(one, two);

    await()
        .atMost(TransportNode.patience())
        .until(
            () -> {
              one.links.send(two.id, new Numbered(2, 0));
              return !two.received.isEmpty();
            });
    two.links.send(one.id, new Numbered(3, 0));
    awaitReceived(one, 1);
  }

  @Test
  void shouldSurviveGarbageInEnvelopesMessagesAndHandlers() throws Exception {
    TransportNode.connect(one, two);
    Random random = new Random(42);
    try (Socket socket = new Socket("127.0.0.1", two.address().port())) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeBytes("TROUPEP1");
      for (int i = 0; i < 2_000; i++) {
        byte[] bytes = new byte[EnvelopeHeader.BYTES + random.nextInt(300)];
        random.nextBytes(bytes);
        if (i % 2 == 0) {
          System.arraycopy(headerBytes(i), 0, bytes, 0, EnvelopeHeader.BYTES);
        }
        out.writeInt(bytes.length);
        out.write(bytes);
      }
    }
    two.handler =
        (from, in) -> {
          int number = in.readInt();
          switch (number) {
            case 1 -> throw new IllegalStateException("planted");
            case 2 -> throw new MalformedBytes("planted");
            default -> two.received.add(new Received(from, in.readRaw(0)));
          }
        };
    for (int i = 1; i <= 3; i++) {
      one.links.send(two.id, new Numbered(i, 0));
    }

    awaitReceived(two, 1);
    await()
        .atMost(TransportNode.patience())
        .until(() -> two.links.counters().snapshot().malformed() > 1_500);
    assertThat(two.links.counters().snapshot().handlerFailures()).isEqualTo(1);
  }

  /** From a third node, so that it does not disturb the stream of the first. */
  private EnvelopeHeader plausibleHeader(int i) {
    return new EnvelopeHeader(i % 4 == 0, TransportNode.CLUSTER, 3, 2, 1, i, 0, i, Long.MAX_VALUE);
  }

  private byte[] headerBytes(int i) {
    ByteWriter out = new ByteWriter(EnvelopeHeader.BYTES);
    plausibleHeader(i).encode(out);
    return out.toBytes();
  }

  @Test
  void shouldCutOffWhoDoesNotSpeakAsANode() throws Exception {
    TransportNode.connect(one, two);
    Random random = new Random(7);
    byte[] garbage = new byte[10_000];
    random.nextBytes(garbage);
    assertCutOff(garbage);
    assertCutOff("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertCutOff(frame(Integer.MAX_VALUE));
    assertCutOff(frame(-1));
    assertCutOff(frame(EnvelopeHeader.BYTES - 1));
    assertThat(two.links.counters().snapshot().malformed()).isEqualTo(5);

    one.links.send(two.id, new Numbered(1, 0));
    awaitReceived(two, 1);
  }

  private static byte[] frame(int length) {
    return ByteBuffer.allocate(100)
        .put("TROUPEP1".getBytes(StandardCharsets.US_ASCII))
        .putInt(length)
        .array();
  }

  private void assertCutOff(byte[] bytes) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", two.address().port())) {
      socket.setSoTimeout(Math.toIntExact(TransportNode.patience().toMillis()));
      socket.getOutputStream().write(bytes);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (IOException e) {
      assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
    }
  }

  @Test
  void shouldReportAProcessThatEndsOnceForEachOfItsLives() throws Exception {
    List<NodeId> gone = new CopyOnWriteArrayList<>();
    one.links.onProcessGone(gone::add);
    for (int life = 1; life <= 2; life++) {
      TransportNode.connect(one, two);
      one.links.send(two.id, new Numbered(life, 0));
      awaitReceived(two, 1);
      int port = two.address().port();
      two.close();

      int lives = life;
      await().atMost(TransportNode.patience()).until(() -> gone.size() == lives);
      assertThat(one.links.send(two.id, new Numbered(0, 0))).isFalse();
      two = new TransportNode(new PeerIdentity(TransportNode.CLUSTER, new NodeId(2), 1), port);
    }
    assertThat(gone).containsExactly(two.id, two.id);
  }

  @Test
  void shouldLoseWhatIsSentWhileNobodyListensBehindThePort() throws Exception {
    List<NodeId> gone = new CopyOnWriteArrayList<>();
    one.links.onProcessGone(gone::add);
    try (EventLoops loops = EventLoops.start(2);
        PeerSocket between = PeerSocket.bind(loops, new InetSocketAddress("127.0.0.1", 0))) {
      one.links.nodeUp(new NodeId(5), new PeerAddress("127.0.0.1", between.port()));
      await()
          .atMost(TransportNode.patience())
          .until(
              () -> {
                one.links.send(new NodeId(5), new Numbered(2, 0));
                return one.links.counters().snapshot().unconnected() > 0;
              });
      assertThat(gone).isEmpty();
    }
  }

  @Test
  void shouldDropWhatCannotBeEncodedAndKeepTheRest() {
    TransportNode.connect(one, two);
    one.links.send(two.id, new Numbered(1, 0));
    one.links.send(two.id, new Unencodable());
    one.links.send(two.id, new Understated(EnvelopePacker.MESSAGE_BYTES_MAX + 1));
    assertThat(one.links.send(two.id, new Raw(new byte[EnvelopePacker.MESSAGE_BYTES_MAX + 1])))
        .isFalse();
    one.links.send(two.id, new Numbered(2, 0));

    awaitReceived(two, 2);
    assertThat(two.received).extracting(Received::number).containsExactly(1, 2);
    assertThat(one.links.counters().snapshot().unsendable()).isEqualTo(3);
  }

  @Test
  void shouldKeepTheOrderUnderADelayingFilter() {
    TransportNode.connect(one, two);
    one.filter = (side, from, to) -> new Verdict.Delay(Duration.ofMillis(30));
    two.filter = (side, from, to) -> new Verdict.Delay(Duration.ofMillis(30));
    for (int i = 0; i < 300; i++) {
      one.links.send(two.id, new Numbered(i, 1_000));
    }

    awaitReceived(two, 300);
    assertThat(two.received)
        .extracting(Received::number)
        .containsExactlyElementsOf(range(0, 300).boxed().toList());
    assertThat(two.links.counters().snapshot().outdated()).isZero();
  }

  private record Raw(byte[] bytes) implements OutboundMessage {
    @Override
    public int sizeHint() {
      return bytes.length;
    }

    @Override
    public void encode(ByteWriter out) {
      out.putRaw(bytes);
    }
  }

  private record Understated(int bytes) implements OutboundMessage {
    @Override
    public int sizeHint() {
      return 0;
    }

    @Override
    public void encode(ByteWriter out) {
      out.putRaw(new byte[bytes]);
    }
  }

  private record Unencodable() implements OutboundMessage {
    @Override
    public int sizeHint() {
      return 10;
    }

    @Override
    public void encode(ByteWriter out) {
      out.putLong(1);
      throw new IllegalStateException("planted");
    }
  }

  private static void awaitReceived(TransportNode node, int count) {
    await().atMost(TransportNode.patience()).until(() -> node.received.size() >= count);
    assertThat(node.received).hasSize(count);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
