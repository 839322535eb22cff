package dev.troupe.node.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.join.JoinTargets.Target;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class JoinTargetsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** What the name service says at the moment. */
  private final Map<String, List<String>> names = new ConcurrentHashMap<>();

  private InetAddress[] lookUp(String host) throws UnknownHostException {
    List<String> found = names.get(host);
    if (found == null) {
      throw new UnknownHostException(host);
    }
    InetAddress[] addresses = new InetAddress[found.size()];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] =
          InetAddress.getByAddress(host, InetAddress.getByName(found.get(i)).getAddress());
    }
    return addresses;
  }

  private static List<String> labels(List<Target> found) {
    return found.stream().map(Target::label).toList();
  }

  @Test
  void shouldFindAllNodesBehindANameAndLookItUpAnew() {
    names.put("troupe", List.of("127.0.0.1", "127.0.0.2"));
    try (JoinTargets targets = new JoinTargets(List.of("troupe:7000"), this::lookUp)) {
      List<Target> first = targets.find(LIMIT).join();
      assertThat(labels(first))
          .containsExactly("troupe:7000 (127.0.0.1:7000)", "troupe:7000 (127.0.0.2:7000)");

      names.put("troupe", List.of("127.0.0.2", "127.0.0.3"));
      List<Target> second = targets.find(LIMIT).join();

      assertThat(labels(second))
          .containsExactly("troupe:7000 (127.0.0.2:7000)", "troupe:7000 (127.0.0.3:7000)");
      assertThat(second.getFirst()).as("kept").isEqualTo(first.getLast());
      assertThat(((Target.Node) first.getFirst()).channel().isShutdown()).as("gone").isTrue();
    }
  }

  @Test
  void shouldNotLetAnUnknownNameStandInTheWayOfOthers() {
    names.put("a", List.of("127.0.0.1"));
    try (JoinTargets targets = new JoinTargets(List.of("nobody", "a:7443"), this::lookUp)) {
      assertThat(targets.find(LIMIT).join())
          .satisfiesExactly(
              unknown ->
                  assertThat(unknown)
                      .isEqualTo(new Target.Unknown("nobody:7433", "its name is unknown")),
              known -> assertThat(known.label()).isEqualTo("a:7443 (127.0.0.1:7443)"));
    }
  }

  @Test
  void shouldNotWaitForANameServiceThatIsSilent() {
    CountDownLatch never = new CountDownLatch(1);
    JoinTargets.Names silent =
        host -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          throw new UnknownHostException(host);
        };
    try (JoinTargets targets = new JoinTargets(List.of("slow"), silent)) {
      assertThat(targets.find(Duration.ofMillis(50)).join())
          .containsExactly(
              new Target.Unknown("slow:7433", "its name could not be looked up in time"));
    }
    never.countDown();
  }

  @Test
  void shouldCallAnAddressByItsNumber() {
    names.put("127.0.0.1", List.of("127.0.0.1"));
    try (JoinTargets targets = new JoinTargets(List.of("127.0.0.1:7433"), this::lookUp)) {
      assertThat(labels(targets.find(LIMIT).join())).containsExactly("127.0.0.1:7433");
    }
  }
}
