package dev.troupe.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TopicBoardTest {
  private final AtomicLong now = new AtomicLong();
  private int gathered;
  private boolean broken;
  private final TopicBoard board =
      new TopicBoard(
          List.of(new Topic("things", Duration.ofSeconds(1), Access.OPEN, this::gather)), now::get);

  private List<Topic.Item> gather() {
    gathered++;
    if (broken) {
      throw new TroupeException(ErrorCode.RANGE_UNAVAILABLE, "r1 has no leader");
    }
    int number = gathered;
    return List.of(Topic.Item.of(1, out -> out.writeNumberField("id", number)));
  }

  @Test
  void shouldGatherOnceForAllWhoLookAndNotBefore() {
    assertThat(gathered).isZero();

    assertThat(board.look("things")).isEqualTo(board.look("things"));
    assertThat(gathered).isEqualTo(1);

    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(board.look("things").getFirst().json()).isEqualTo("{\"id\":2}");
    assertThat(gathered).isEqualTo(2);
  }

  @Test
  void shouldNotShowWhatWasWhenItCannotBeTold() {
    board.look("things");
    broken = true;
    now.addAndGet(Duration.ofSeconds(1).toNanos());

    assertThatThrownBy(() -> board.look("things")).hasMessageContaining("r1 has no leader");
    assertThatThrownBy(() -> board.look("things")).hasMessageContaining("r1 has no leader");

    broken = false;
    assertThat(board.look("things").getFirst().json()).isEqualTo("{\"id\":4}");
  }

  @Test
  void shouldAnswerWithTheTopicsNameAsTheField() {
    assertThat(new String(board.answer("things").body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"things\":[{\"id\":1}]}\n");
    assertThat(board.has("others")).isFalse();
  }
}
