package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever asks a replica that has ended learns so, and does not wait for its deadline. */
class UndeliveredRequestsTest {
  private static final Key KEY = Keyspace.kv("undelivered", new byte[] {1});
  private static final RangeReply NOT_HERE = new RangeReply.NotLeader(null);

  private final ActorTestKit kit = ActorTestKit.create();
  private final ConcurrentLinkedQueue<Object> answers = new ConcurrentLinkedQueue<>();
  private final CountDownLatch ending = new CountDownLatch(1);

  /** Ends at its first message, and takes its time to. */
  private final ActorRef<RangeReplica.Command> replica =
      kit.spawn(
          Behaviors.receiveMessage(
              message -> {
                ending.await();
                return Behaviors.stopped();
              }));

  @BeforeEach
  void start() {
    kit.spawn(UndeliveredRequests.create());
    ActorRef<RangeReplica.Command> gone = kit.spawn(Behaviors.stopped());
    await()
        .until(
            () -> {
              gone.tell(get(answers));
              return !answers.isEmpty();
            });
    replica.tell(RangeReplica.Stop.INSTANCE);
  }

  @AfterEach
  void stop() {
    ending.countDown();
    kit.shutdownTestKit();
  }

  private static RangeReplica.Kv get(ConcurrentLinkedQueue<Object> answers) {
    return new RangeReplica.Kv(new KvRequest.Get(KEY), Long.MAX_VALUE, answers::add);
  }

  @Test
  void shouldRefuseWhatIsInTheMailboxAtTheEnd() {
    var told = new ConcurrentLinkedQueue<>();
    replica.tell(get(told));
    replica.tell(new RangeReplica.LockMet(get(told), KEY));
    replica.tell(
        new RangeReplica.Administer(
            new AdminRequest.AddReplica(new RangeId(7), new NodeId(1)), Long.MAX_VALUE, told::add));
    replica.tell(
        new RangeReplica.Close(Timestamp.MIN, closing -> told.add(Optional.ofNullable(closing))));
    ending.countDown();
    List<Object> refusals =
        List.of(
            NOT_HERE, NOT_HERE, new RangeReplica.AdminOutcome.Elsewhere(null), Optional.empty());
    await().untilAsserted(() -> assertThat(told).containsExactlyElementsOf(refusals));
  }

  @Test
  void shouldRefuseWhatIsSentAfterTheEnd() {
    ending.countDown();
    kit.createTestProbe().expectTerminated(replica);
    var told = new ConcurrentLinkedQueue<>();
    replica.tell(get(told));
    await().untilAsserted(() -> assertThat(told).containsExactly(NOT_HERE));
  }
}
