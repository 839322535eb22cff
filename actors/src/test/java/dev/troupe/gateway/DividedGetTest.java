package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Keys of several ranges, whose borders are not always where they are believed to be. */
class DividedGetTest {
  private static final Timestamp AT = new Timestamp(100);

  private final Ranges ranges = new Ranges();
  private final List<KvResponse> answers = new ArrayList<>();

  /** Ranges with a border each, and what is believed of them. */
  private static final class Ranges implements DividedGet.Way {
    Key border = Key.of("m");
    @Nullable Key believed = border;
    boolean lost;
    int lookUps;
    final List<KvRequest.GetAll> asked = new ArrayList<>();
    @Nullable ErrorCode failure;

    private static RangeDescriptor range(Key border, Key key) {
      boolean left = key.compareTo(border) < 0;
      return new RangeDescriptor(
          new RangeId(left ? 10 : 11),
          left ? new KeySpan(Key.MIN, border) : new KeySpan(border, Key.MAX),
          1,
          Membership.of(new Member(new ReplicaId(1), new NodeId(1), Member.Role.VOTER)),
          2);
    }

    @Override
    public @Nullable RangeDescriptor known(Key key) {
      return believed == null ? null : range(believed, key);
    }

    @Override
    public void whereIs(Key key, long deadlineNanos, Consumer<@Nullable RangeDescriptor> found) {
      lookUps++;
      if (lost) {
        found.accept(null);
      } else {
        believed = border;
        found.accept(range(border, key));
      }
    }

    @Override
    public void sendToOne(KvRequest request, long deadlineNanos, Consumer<KvResponse> answer) {
      var get = (KvRequest.GetAll) request;
      asked.add(get);
      KeySpan owner = range(border, get.routingKey()).span();
      if (failure != null) {
        answer.accept(new KvResponse.Failed(failure, "scripted"));
      } else if (!get.keys().stream().allMatch(owner::contains)) {
        // Whoever is refused for this reason has learned the border.
        believed = border;
        answer.accept(new KvResponse.Failed(ErrorCode.CROSS_RANGE_BATCH, "border"));
      } else {
        answer.accept(
            new KvResponse.Values(
                get.keys().stream().map(key -> new KvResponse.Value(key.bytes(), AT)).toList()));
      }
    }
  }

  private void get(String... names) {
    List<Key> keys = List.of(names).stream().map(Key::of).toList();
    new DividedGet(ranges, new KvRequest.GetAll(keys, AT, null), 0, answers::add).start();
  }

  private List<String> read() {
    assertThat(answers).singleElement().isInstanceOf(KvResponse.Values.class);
    return ((KvResponse.Values) answers.getFirst())
        .values().stream().map(value -> Key.wrap(value.value()).toString()).toList();
  }

  @Test
  void shouldAskEachRangeOnceAndAnswerInTheOrderOfTheKeys() {
    get("z", "a", "y", "b");
    assertThat(read()).containsExactly("z", "a", "y", "b");
    assertThat(ranges.asked)
        .extracting(KvRequest.GetAll::keys)
        .containsExactlyInAnyOrder(
            List.of(Key.of("z"), Key.of("y")), List.of(Key.of("a"), Key.of("b")));
    assertThat(ranges.asked).allMatch(part -> AT.equals(part.at()));
  }

  @Test
  void shouldAskAgainWhereABorderHasMoved() {
    ranges.believed = Key.of("c");
    get("a", "d", "z");
    assertThat(read()).containsExactly("a", "d", "z");
    // The part that was answered at once is not asked for again.
    assertThat(ranges.asked.stream().filter(part -> part.keys().contains(Key.of("a")))).hasSize(1);
  }

  @Test
  void shouldLookUpWhatIsNotKnown() {
    ranges.believed = null;
    get("a", "z");
    assertThat(read()).containsExactly("a", "z");
    assertThat(ranges.lookUps).isEqualTo(1);
  }

  @Test
  void shouldFailOnceWithWhatOneRangeSays() {
    ranges.failure = ErrorCode.TIMESTAMP_TOO_OLD;
    get("a", "z");
    assertThat(answers)
        .singleElement()
        .isInstanceOfSatisfying(
            KvResponse.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.TIMESTAMP_TOO_OLD));
  }

  @Test
  void shouldFailWhenARangeCannotBeFound() {
    ranges.believed = null;
    ranges.lost = true;
    get("a", "z");
    assertThat(answers)
        .singleElement()
        .isInstanceOfSatisfying(
            KvResponse.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.RANGE_UNAVAILABLE));
  }
}
