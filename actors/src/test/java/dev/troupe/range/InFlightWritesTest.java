package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InFlightWritesTest {
  private final InFlightWrites writes = new InFlightWrites();

  /** Of the keys b and c, those that each write is about to change. */
  static List<Object[]> marks() {
    Timestamp at = Timestamp.of(1, 0);
    var span = new KeySpan(Key.of("a"), Key.of("b"));
    return List.of(
        new Object[] {TxnWorld.put("b", "1"), "b"},
        new Object[] {new KvRequest.Delete(Key.of("b")), "b"},
        new Object[] {new KvRequest.CompareAndSet(Key.of("b"), null, null), "b"},
        new Object[] {
          new KvRequest.Batch(List.of(TxnWorld.put("b", "1"), TxnWorld.put("c", "1"))), "bc"
        },
        new Object[] {TxnWorld.commit(1, "b=1", "c"), "bc"},
        new Object[] {TxnWorld.prepare(1, "b", true, "c=1"), "c"},
        // It is found out when it is applied which keys that are.
        new Object[] {new KvRequest.DeleteRange(span, 10), "bc"},
        new Object[] {TxnWorld.resolve(1, at, "b", "c"), ""},
        new Object[] {TxnWorld.decide(1, "b", at), ""},
        new Object[] {TxnWorld.abort(1, "b"), ""},
        new Object[] {TxnWorld.finish(1, "b"), ""});
  }

  @ParameterizedTest
  @MethodSource("marks")
  void shouldKeepReadersFromWhatIsAboutToBeWritten(KvRequest.Write write, String marked) {
    writes.mark(write);
    writes.mark(write);
    writes.unmark(write);
    check(marked, false);

    writes.unmark(write);
    check("", true);
  }

  private void check(String marked, boolean nothing) {
    for (String name : List.of("b", "c")) {
      Key key = Key.of(name);
      boolean clear = !marked.contains(name);
      assertThat(writes.isClearFor(new KvRequest.Get(key))).as(name).isEqualTo(clear);
      assertThat(writes.isClearFor(new KvRequest.GetAll(List.of(Key.of("x"), key), null, null)))
          .as(name)
          .isEqualTo(clear);
      assertThat(
              writes.isClearFor(
                  new KvRequest.HoldKey(
                      key, TxnWorld.id(1), TxnWorld.NODE, Timestamp.MIN, KvRequest.Patience.WAIT)))
          .isEqualTo(clear);
      assertThat(writes.isClearFor(validate(new KeySpan(key, key.next())))).isEqualTo(clear);
    }
    var span = new KeySpan(Key.of("x"), Key.of("z"));
    assertThat(writes.isClearFor(validate(span))).isEqualTo(nothing);
    assertThat(writes.isClearFor(new KvRequest.Scan(span, 1, 1, false, false, null)))
        .isEqualTo(nothing);
    assertThat(
            writes.isClearFor(new KvRequest.AskOutcome(TxnWorld.id(1), Timestamp.MIN, Key.of("b"))))
        .isTrue();
    assertThat(writes.isClearFor(new KvRequest.LetGo(TxnWorld.id(1), List.of(Key.of("b")))))
        .isTrue();
  }

  private static KvRequest.Validate validate(KeySpan span) {
    return new KvRequest.Validate(TxnWorld.id(1), List.of(span), Timestamp.MIN, Timestamp.MAX);
  }
}
