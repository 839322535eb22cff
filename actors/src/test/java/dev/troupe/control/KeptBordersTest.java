package dev.troupe.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.SystemClocks;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Borders that were made by hand, as records. */
class KeptBordersTest {
  private final SystemRange range = new SystemRange();
  private final KeptBorders borders =
      new KeptBorders(new SystemRecords(range, SystemClocks.monotonic()));

  private static Key key(int number) {
    return Keyspace.kv("d", new byte[] {(byte) (number >> 8), (byte) number});
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Test
  void shouldKeepItsBytes() {
    join(borders.keep(Key.of("m")));
    var stored = new AtomicReference<KvResponse>();
    range.send(new KvRequest.Get(Keyspace.border(Key.of("m"))), Long.MAX_VALUE, stored::set);
    assertThat(Keyspace.border(Key.of("m")))
        .isEqualTo(Keyspace.BORDERS.start().append(new byte[] {'m'}));
    assertThat(HexFormat.of().formatHex(((KvResponse.Value) stored.get()).value())).isEqualTo("01");
  }

  @Test
  void shouldKnowWhatIsKeptUntilItIsLifted() {
    join(borders.keep(key(1)));
    join(borders.keep(key(1)));
    join(borders.keep(key(2)));
    assertThat(join(borders.all())).containsExactly(key(1), key(2));
    join(borders.lift(key(1)));
    join(borders.lift(key(1)));
    assertThat(join(borders.all())).containsExactly(key(2));
  }

  @Test
  void shouldLiftThoseOfASpanAndNoOthers() {
    IntStream.range(0, 1_000).forEach(i -> join(borders.keep(key(i))));
    assertThat(join(borders.lift(new KeySpan(key(1), key(999))))).isEqualTo(998);
    assertThat(join(borders.all())).isEqualTo(Set.of(key(0), key(999)));
    assertThat(join(borders.lift(KeySpan.ALL))).isEqualTo(2);
    assertThat(join(borders.all())).isEmpty();
  }

  @Test
  void shouldRepeatWhatMayBeLost() {
    range.next(SystemRange.Fate.LOST, SystemRange.Fate.DONE_IN_SILENCE);
    join(borders.keep(key(7)));
    assertThat(join(borders.all())).containsExactly(key(7));
  }
}
