package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.SideKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** On one thread: what the applier hands to its executor runs when the test says so. */
final class ApplierTest {
  private static final RangeId RANGE = new RangeId(7);

  private final MemoryStateStore store = new MemoryStateStore();
  private final Queue<Runnable> handedOver = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final Applier applier = new Applier(store, 1, handedOver::add, failures::add);

  @Test
  void shouldApplyALightTaskAtOnce() {
    applier.submit(RANGE, task("a", true));

    assertThat(done).containsExactly("a");
    assertThat(handedOver).isEmpty();
  }

  @Test
  void shouldHandOverAHeavyTask() {
    applier.submit(RANGE, task("a", false));
    assertThat(done).isEmpty();

    runAll();
    assertThat(done).containsExactly("a");
  }

  @Test
  void shouldKeepALightTaskBehindWhatIsQueued() {
    applier.submit(RANGE, task("a", false));
    applier.submit(RANGE, task("b", true));
    assertThat(done).isEmpty();

    runAll();
    assertThat(done).containsExactly("a", "b");

    applier.submit(RANGE, task("c", true));
    assertThat(done).containsExactly("a", "b", "c");
  }

  @Test
  void shouldHandOverTheCommitThatWouldWaitAndKeepTheOrder() {
    store.wouldWait = true;
    applier.submit(RANGE, task("a", true));
    store.wouldWait = false;
    applier.submit(RANGE, task("b", true));
    applier.submit(RANGE, task("c", false));
    assertThat(done).isEmpty();

    runAll();
    assertThat(done).containsExactly("a", "b", "c");
    assertThat(store.getLocal(RANGE, LocalRecord.APPLIED)).isEqualTo(bytes("c"));

    applier.submit(RANGE, task("d", true));
    assertThat(done).endsWith("d");
  }

  @Test
  void shouldHandOverTheRestOfATaskOnceItHasToWait() {
    applier.submit(
        RANGE,
        new Recorded("b", false) {
          @Override
          public boolean tryApply(StateStore.Batch batch) {
            batch.putSide(Key.of("k"), SideKind.LOCK, bytes("a"), bytes("a"));
            return false;
          }
        });
    applier.submit(RANGE, task("c", true));
    assertThat(done).isEmpty();
    assertThat(lock()).as("in the same batch as the rest").isNull();

    runAll();
    assertThat(done).containsExactly("b", "c");
    assertThat(lock()).isEqualTo(bytes("a"));
  }

  private byte @Nullable [] lock() {
    return store.getSide(Key.of("k"), SideKind.LOCK, bytes("a"), ReadMode.MAY_BLOCK);
  }

  @Test
  void shouldRunWhatWasQueuedWhileALightTaskRan() {
    applier.submit(
        RANGE,
        new Recorded("a", true) {
          @Override
          public void committed() {
            super.committed();
            applier.submit(RANGE, task("b", true));
          }
        });
    assertThat(done).containsExactly("a");

    runAll();
    assertThat(done).containsExactly("a", "b");
  }

  @Test
  void shouldApplyNothingMoreAfterAFailure() {
    applier.submit(
        RANGE,
        new Recorded("a", true) {
          @Override
          public void apply(StateStore.Batch batch) {
            throw new IllegalStateException("planted");
          }
        });
    applier.submit(RANGE, task("b", true));
    runAll();

    assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
    assertThat(done).isEmpty();
  }

  private void runAll() {
    for (Runnable next = handedOver.poll(); next != null; next = handedOver.poll()) {
      next.run();
    }
  }

  private Recorded task(String name, boolean light) {
    return new Recorded(name, light);
  }

  private static byte[] bytes(String name) {
    return new byte[] {(byte) name.charAt(0)};
  }

  private class Recorded implements Applier.Task {
    private final String name;
    private final boolean light;

    Recorded(String name, boolean light) {
      this.name = name;
      this.light = light;
    }

    @Override
    public boolean tryApply(StateStore.Batch batch) {
      if (light) {
        apply(batch);
      }
      return light;
    }

    @Override
    public void apply(StateStore.Batch batch) {
      batch.putLocal(RANGE, LocalRecord.APPLIED, bytes(name));
    }

    @Override
    public void committed() {
      assertThat(store.getLocal(RANGE, LocalRecord.APPLIED)).isNotNull();
      done.add(name);
    }
  }
}
