package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.RowProgram;
import dev.troupe.protocol.spi.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class ScanPageTest {
  private static final KeySpan SPAN = new KeySpan(key(0), key(1_000_000));

  private long nanos;
  private long nanosPerRow;
  private int failsAt = -1;
  private int groupsMax = Integer.MAX_VALUE;
  private IntPredicate wanted = number -> true;

  private static Key key(int number) {
    return Key.of("%07d".formatted(number));
  }

  private static int number(Key key) {
    return Integer.parseInt(key.toString().replaceAll("[^0-9]", ""));
  }

  /** Keys from one number up to another one, or down. */
  private record Numbers(int from, int to, int[] at) implements StateStore.Scan {
    Numbers(int from, int to) {
      this(from, to, new int[] {from <= to ? from - 1 : from + 1});
    }

    @Override
    public boolean next() {
      if (at[0] == to) {
        return false;
      }
      at[0] += from <= to ? 1 : -1;
      return true;
    }

    @Override
    public Key key() {
      return ScanPageTest.key(at[0]);
    }

    @Override
    public Timestamp timestamp() {
      return new Timestamp(7);
    }

    @Override
    public byte[] value() {
      return new byte[] {1, 2, 3};
    }

    @Override
    public void close() {}
  }

  /** Sends the first byte of wanted rows, and counts what it looked at. */
  private final class Work implements RowProgram.Page {
    private int taken;

    @Override
    public byte[] take(Key key, byte[] value) {
      int number = number(key);
      if (number == failsAt) {
        throw new RowProgram.Failure(new byte[] {9});
      }
      taken++;
      nanos += nanosPerRow;
      return wanted.test(number) ? new byte[] {value[0]} : null;
    }

    @Override
    public boolean isFull() {
      return taken >= groupsMax;
    }

    @Override
    public List<byte[]> results() {
      return List.of(new byte[] {(byte) taken});
    }
  }

  private ScanPage page(StateStore.Scan rows, int maxRows, boolean reverse, boolean programmed) {
    var scan = new KvRequest.Scan(SPAN, maxRows, 1 << 20, reverse, false, new Timestamp(8));
    var page =
        new ScanPage(
            scan,
            programmed ? Work::new : null,
            new RowPrograms(RowProgram.Factory.NONE, () -> nanos));
    page.fill(rows);
    return page;
  }

  private static List<Integer> numbers(ScanPage page) {
    return page.rows().stream().map(row -> number(row.key())).toList();
  }

  private static KvResponse.Evaluated evaluated(ScanPage page) {
    KvResponse.Evaluated evaluated = page.evaluated();
    assertThat(evaluated).isNotNull();
    return evaluated;
  }

  @Test
  void shouldSendAllRowsAsTheyAreWithoutAProgram() {
    ScanPage page = page(new Numbers(1, 5), 3, false, false);
    assertThat(numbers(page)).containsExactly(1, 2, 3);
    assertThat(page.rows().getFirst().value()).hasSize(3);
    assertThat(page.resume()).isEqualTo(key(4));
    assertThat(page.evaluated()).isNull();
  }

  @Test
  void shouldSendWhatTheProgramMakesOfTheRows() {
    wanted = number -> number % 10 == 0;
    ScanPage page = page(new Numbers(1, 100), 3, false, true);
    assertThat(numbers(page)).containsExactly(10, 20, 30);
    assertThat(page.rows().getFirst().value()).hasSize(1);
    assertThat(page.resume()).isEqualTo(key(31));
    assertThat(evaluated(page).looked()).isEqualTo(30);
    assertThat(evaluated(page).error()).isNull();

    ScanPage last = page(new Numbers(100, 1), 100, true, true);
    assertThat(numbers(last)).hasSize(10).startsWith(100).endsWith(10);
    assertThat(last.resume()).isNull();
  }

  @Test
  void shouldGoOnJustBelowTheLastRowLookedAtWhenReversed() {
    wanted = number -> number % 10 == 0;
    ScanPage page = page(new Numbers(100, 1), 2, true, true);
    assertThat(numbers(page)).containsExactly(100, 90);
    assertThat(page.resume()).isEqualTo(key(89).next());
  }

  @Test
  void shouldEndThePageWhenNothingComesOutForLong() {
    wanted = number -> false;
    ScanPage byCount = page(new Numbers(1, 900_000), 10, false, true);
    assertThat(byCount.rows()).isEmpty();
    assertThat(evaluated(byCount).looked()).isEqualTo(1 << 16);
    assertThat(byCount.resume()).isEqualTo(key((1 << 16) + 1));

    nanosPerRow = 20_000;
    ScanPage byTime = page(new Numbers(1, 900_000), 10, false, true);
    assertThat(evaluated(byTime).looked()).isBetween(1_000L, 1_280L);
    assertThat(byTime.resume()).isEqualTo(key((int) evaluated(byTime).looked() + 1));
  }

  @Test
  void shouldEndThePageWhenTheProgramHoldsEnough() {
    wanted = number -> false;
    groupsMax = 5;
    ScanPage page = page(new Numbers(1, 100), 10, false, true);
    assertThat(evaluated(page).results()).containsExactly(new byte[] {5});
    assertThat(page.resume()).isEqualTo(key(6));
  }

  @Test
  void shouldSendTheRowsBeforeAnErrorFirst() {
    failsAt = 4;
    ScanPage before = page(new Numbers(1, 100), 10, false, true);
    assertThat(numbers(before)).containsExactly(1, 2, 3);
    assertThat(evaluated(before).error()).isNull();
    assertThat(before.resume()).isEqualTo(key(4));

    ScanPage at = page(new Numbers(4, 100), 10, false, true);
    assertThat(at.rows()).isEmpty();
    assertThat(evaluated(at).error()).containsExactly(9);
    assertThat(evaluated(at).results()).isEmpty();
  }

  @Test
  void shouldReadScansThatEndWithTheirProgramOrHaveNone() {
    var plain = new KvRequest.Scan(SPAN, 3, 5, true, false, new Timestamp(8));
    var with = new KvRequest.Scan(SPAN, 3, 5, true, false, null, null, new byte[] {4, 5});
    var read = new ArrayList<KvRequest.Scan>();
    for (KvRequest.Scan scan : List.of(plain, with)) {
      var out = new dev.troupe.protocol.codec.ByteWriter(64);
      KvCodec.write(out, scan);
      var in = new dev.troupe.protocol.codec.ByteReader(out.toBytes());
      read.add((KvRequest.Scan) KvCodec.readRequest(in));
      in.requireEnd();
    }
    assertThat(read.getFirst()).isEqualTo(plain);
    assertThat(read.getLast()).usingRecursiveComparison().isEqualTo(with);
  }
}
