package dev.troupe.txn;

import static dev.troupe.txn.ScriptedKv.failed;
import static dev.troupe.txn.ScriptedKv.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads of one transaction, with and without holding keys. */
class ActiveTransactionTest {
  private static final Key B = Key.of("b");

  private final ScriptedKv kv = new ScriptedKv();
  private final MemoryBudget budget = new MemoryBudget(1_000_000);
  private final ActiveTransaction transaction =
      new ActiveTransaction(
          kv.parts,
          kv.turns,
          id(1),
          Transactions.UNKNOWN_AGE,
          60_000_000_000L,
          0,
          new NodeShare(
              new RecentTimestamp(kv.parts.clock()),
              budget,
              new HeldKeys(kv.parts.self()),
              new TxnMetrics()));
  private final List<TxnResponse> answers = new ArrayList<>();

  private void get(TxnRequest.Lock lock) {
    kv.run(() -> transaction.get(new TxnRequest.Get(B, lock), answers::add));
  }

  private static KvResponse.Value value(String value, long version) {
    return new KvResponse.Value(Key.of(value).bytes(), new Timestamp(version));
  }

  private String read() {
    assertThat(answers).hasSize(1);
    assertThat(answers.getFirst()).isInstanceOf(TxnResponse.Value.class);
    byte[] value = ((TxnResponse.Value) answers.removeFirst()).value();
    return value == null ? null : Key.wrap(value).toString();
  }

  /** A timestamp drawn after the value was read could hide a commit between the two. */
  @Test
  void shouldDrawItsTimestampBeforeItHoldsTheFirstKey() {
    get(TxnRequest.Lock.WAIT);
    long drawn = kv.drawn;
    kv.waiting(KvRequest.HoldKey.class);
    assertThat(drawn).isGreaterThan(1_000);
    kv.answer(KvRequest.HoldKey.class, value("old", 900));

    assertThat(read()).isEqualTo("old");
    assertThat(kv.drawn).isEqualTo(drawn);
    assertThat(transaction.readAt()).isEqualTo(new Timestamp(drawn));
    assertThat(transaction.reads().contains(B)).isTrue();
    assertThat(kv.count(KvRequest.Get.class)).isZero();
  }

  @Test
  void shouldReadAgainWhenItMovesUpToWhatItHolds() {
    get(TxnRequest.Lock.WAIT);
    kv.drawn = 3_000;
    kv.answer(KvRequest.HoldKey.class, value("newer", 2_000));

    // Somebody may have written it between the version found and the new timestamp.
    assertThat(kv.waiting(KvRequest.Get.class).at()).isEqualTo(new Timestamp(3_001));
    kv.answer(KvRequest.Get.class, value("newest", 2_500));
    assertThat(read()).isEqualTo("newest");
    assertThat(transaction.readAt()).isEqualTo(new Timestamp(3_001));
  }

  @Test
  void shouldMoveUpOnlyWhenWhatItReadBeforeHasNotChanged() {
    kv.run(
        () -> transaction.get(new TxnRequest.Get(Key.of("a"), TxnRequest.Lock.NONE), answers::add));
    kv.answer(KvRequest.Get.class, value("x", 900));
    assertThat(read()).isEqualTo("x");
    get(TxnRequest.Lock.WAIT);
    kv.answer(KvRequest.HoldKey.class, value("newer", 2_000));
    var validate = kv.waiting(KvRequest.Validate.class);
    assertThat(validate.after()).isEqualTo(new Timestamp(1_001));
    kv.answer(KvRequest.Validate.class, new KvResponse.Changed(Key.of("a")));

    assertThat(answers).singleElement().isInstanceOf(TxnResponse.Failed.class);
    assertThat(((TxnResponse.Failed) answers.getFirst()).code()).isEqualTo(ErrorCode.TXN_CONFLICT);
  }

  @Test
  void shouldReadWhatItReliedOnToMoveUpBeyondItsBound() {
    Key promised = Key.of("a");
    kv.run(
        () ->
            transaction.notAfter(
                new TxnRequest.NotAfter(new Timestamp(2_500), promised), answer -> {}));
    get(TxnRequest.Lock.WAIT);
    kv.drawn = 3_000;
    kv.answer(KvRequest.HoldKey.class, value("newer", 2_000));

    var validate = kv.waiting(KvRequest.Validate.class);
    assertThat(validate.spans()).containsExactly(KeySpan.of(promised));
    assertThat(validate.after()).isEqualTo(new Timestamp(1_001));
    assertThat(validate.upTo()).isEqualTo(new Timestamp(3_001));
    kv.answer(KvRequest.Validate.class, new KvResponse.Valid());
    kv.answer(KvRequest.Get.class, value("newest", 2_700));
    assertThat(read()).isEqualTo("newest");
    assertThat(transaction.reads().contains(promised)).isTrue();
  }

  @Test
  void shouldNotMoveUpBeyondItsBoundWithoutAReason() {
    kv.run(() -> transaction.notAfter(new TxnRequest.NotAfter(new Timestamp(2_500)), answer -> {}));
    get(TxnRequest.Lock.WAIT);
    kv.drawn = 3_000;
    kv.answer(KvRequest.HoldKey.class, value("newer", 2_000));

    assertThat(((TxnResponse.Failed) answers.getFirst()).code()).isEqualTo(ErrorCode.TXN_CONFLICT);
  }

  @Test
  void shouldSayOrSkipThatAnotherHoldsTheKey() {
    get(TxnRequest.Lock.NO_WAIT);
    assertThat(kv.waiting(KvRequest.HoldKey.class).patience()).isEqualTo(KvRequest.Patience.NONE);
    kv.answer(KvRequest.HoldKey.class, failed(ErrorCode.LOCK_NOT_AVAILABLE));
    assertThat(((TxnResponse.Failed) answers.removeFirst()).code())
        .isEqualTo(ErrorCode.LOCK_NOT_AVAILABLE);
    get(TxnRequest.Lock.SKIP_LOCKED);
    kv.answer(KvRequest.HoldKey.class, failed(ErrorCode.LOCK_NOT_AVAILABLE));

    assertThat(read()).isNull();
    assertThat(transaction.reads().isEmpty()).isTrue();
    kv.run(transaction::finish);
    assertThat(kv.count(KvRequest.LetGo.class)).isZero();
  }

  @Test
  void shouldLetGoOfEverythingOnceInTheEnd() {
    get(TxnRequest.Lock.WAIT);
    kv.answer(KvRequest.HoldKey.class, value("v", 900));
    kv.run(transaction::finish);
    kv.run(transaction::finish);

    assertThat(kv.count(KvRequest.LetGo.class)).isEqualTo(1);
    assertThat(kv.waiting(KvRequest.LetGo.class).keys()).containsExactly(B);
  }

  /** Otherwise others would wait for a transaction that is over until it has been cleaned up. */
  @Test
  void shouldLetGoOfEverythingWhenItsTimeIsUp() {
    get(TxnRequest.Lock.WAIT);
    kv.answer(KvRequest.HoldKey.class, value("v", 900));
    kv.pass(transaction.deadline + 1);
    kv.run(transaction::finish);

    assertThat(kv.waiting(KvRequest.LetGo.class).keys()).containsExactly(B);
    assertThat(kv.calls.getFirst().deadline()).isGreaterThan(kv.now + 1_000_000_000L);
  }

  @Test
  void shouldGiveTheReasonToWhoWaitsWhenItHasToGiveWay() {
    get(TxnRequest.Lock.WAIT);
    kv.run(() -> transaction.doom(ErrorCode.DEADLOCK, "somebody has to"));
    kv.waiting(KvRequest.LetGo.class);
    kv.answer(KvRequest.HoldKey.class, failed(ErrorCode.TXN_ENDED));

    assertThat(((TxnResponse.Failed) answers.getFirst()).code()).isEqualTo(ErrorCode.DEADLOCK);
  }

  @Test
  void shouldTakeAndGiveBackMemory() {
    transaction.savepoint(new TxnRequest.Savepoint("s"));
    transaction.write(B, new byte[1_000]);
    assertThat(budget.used()).isEqualTo(transaction.buffer().bytes()).isGreaterThan(1_000);
    transaction.rollbackTo(new TxnRequest.RollbackTo("s"));
    assertThat(budget.used()).isZero();
    transaction.write(B, new byte[1_000]);
    assertThat(((TxnResponse.Failed) transaction.write(B, new byte[2_000_000])).code())
        .isEqualTo(ErrorCode.OVERLOADED);
    kv.run(transaction::finish);
    kv.run(transaction::finish);
    assertThat(budget.used()).isZero();
  }

  // --- scans -----------------------------------------------------------------------------------

  /** Random rows in random ranges under random own writes, read page by page. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldScanAsIfItsOwnWritesWereStored(long first) {
    for (long seed = first * 1_000; seed < first * 1_000 + 60; seed++) {
      new ActiveTransactionTest().scanAtRandom(new Random(seed));
    }
  }

  private static Key key(int number) {
    return Key.of(String.format("%02d", number));
  }

  private void scanAtRandom(Random random) {
    var stored = new TreeMap<Key, byte[]>();
    var expected = new TreeMap<Key, byte[]>();
    for (int i = 0; i < 40; i++) {
      if (random.nextInt(3) > 0) {
        byte[] value = new byte[random.nextInt(20)];
        stored.put(key(i), value);
        expected.put(key(i), value);
      }
      if (random.nextInt(4) == 0) {
        byte[] value = random.nextBoolean() ? null : new byte[random.nextInt(20)];
        transaction.write(key(i), value);
        if (value == null) {
          expected.remove(key(i));
        } else {
          expected.put(key(i), value);
        }
      }
      if (random.nextInt(10) == 0) {
        kv.borders.add(key(i));
      }
    }
    boolean reverse = random.nextBoolean();
    boolean keysOnly = random.nextBoolean();
    int maxRows = 1 + random.nextInt(12);
    int maxBytes = 1 + random.nextInt(200);
    KeySpan span = new KeySpan(key(random.nextInt(10)), key(20 + random.nextInt(30)));
    var wanted = new ArrayList<String>();
    expected
        .subMap(span.start(), span.end())
        .forEach((k, v) -> wanted.add(k + "/" + (keysOnly ? 0 : v.length)));
    if (reverse) {
      java.util.Collections.reverse(wanted);
    }
    var scan =
        new TxnRequest.Scan(span, maxRows, maxBytes, reverse, keysOnly, TxnRequest.Lock.NONE);
    assertThat(scanned(stored, scan)).isEqualTo(wanted);
    for (int i = 0; i < 60; i++) {
      assertThat(transaction.reads().contains(key(i))).isEqualTo(span.contains(key(i)));
    }
  }

  /** All rows of a span, page by page. */
  private List<String> scanned(TreeMap<Key, byte[]> stored, TxnRequest.Scan whole) {
    var got = new ArrayList<String>();
    for (KeySpan rest = whole.span(); rest != null; ) {
      var request =
          new TxnRequest.Scan(
              rest,
              whole.maxRows(),
              whole.maxBytes(),
              whole.reverse(),
              whole.keysOnly(),
              TxnRequest.Lock.NONE);
      kv.run(() -> transaction.scan(request, answers::add));
      while (answers.isEmpty()) {
        kv.answer(KvRequest.Scan.class, page(stored, kv.waiting(KvRequest.Scan.class)));
      }
      TxnResponse.Page page = (TxnResponse.Page) answers.removeFirst();
      assertThat(page.rows()).hasSizeLessThanOrEqualTo(whole.maxRows());
      page.rows().forEach(row -> got.add(row.key() + "/" + row.value().length));
      Key resume = page.resume();
      KeySpan seen = rest;
      if (resume == null) {
        rest = null;
      } else {
        // A page without rows and without progress would never end.
        assertThat(page.rows()).isNotEmpty();
        rest =
            whole.reverse() ? new KeySpan(rest.start(), resume) : new KeySpan(resume, rest.end());
        seen =
            whole.reverse() ? new KeySpan(resume, seen.end()) : new KeySpan(seen.start(), resume);
      }
      for (int i = 0; i < 60; i++) {
        if (seen.contains(key(i))) {
          assertThat(transaction.reads().contains(key(i))).isTrue();
        }
      }
    }
    return got;
  }

  /** As a range answers: a page ends at its border, or when it is full. */
  private KvResponse.Page page(TreeMap<Key, byte[]> stored, KvRequest.Scan scan) {
    KeySpan wanted = scan.span();
    KeySpan owned = KeySpan.ALL;
    for (Key border : kv.borders) {
      boolean above =
          scan.reverse()
              ? border.compareTo(wanted.end()) < 0
              : border.compareTo(wanted.start()) <= 0;
      owned =
          above
              ? new KeySpan(Key.max(owned.start(), border), owned.end())
              : new KeySpan(owned.start(), Key.min(owned.end(), border));
    }
    Key from = Key.max(owned.start(), wanted.start());
    Key to = Key.min(owned.end(), wanted.end());
    var part = stored.subMap(from, true, to, false);
    var rows = new ArrayList<KvResponse.Row>();
    long bytes = 0;
    for (var entry : (scan.reverse() ? part.descendingMap() : part).entrySet()) {
      if (rows.size() == scan.maxRows() || (bytes >= scan.maxBytes() && !rows.isEmpty())) {
        return new KvResponse.Page(
            rows, scan.reverse() ? entry.getKey().next() : entry.getKey(), scan.at());
      }
      byte[] value = scan.keysOnly() ? new byte[0] : entry.getValue();
      rows.add(new KvResponse.Row(entry.getKey(), value, new Timestamp(1)));
      bytes += entry.getKey().length() + value.length;
    }
    Key rest =
        scan.reverse()
            ? (wanted.start().compareTo(owned.start()) < 0 ? owned.start() : null)
            : (owned.end().compareTo(wanted.end()) < 0 ? owned.end() : null);
    return new KvResponse.Page(rows, rest, scan.at());
  }

  private KvRequest.Scan asked(KeySpan span, TxnRequest.Lock lock) {
    var scan = new TxnRequest.Scan(span, 10, 1 << 20, false, false, lock, new byte[] {1});
    kv.run(() -> transaction.scan(scan, answers::add));
    return kv.waiting(KvRequest.Scan.class);
  }

  @Test
  void shouldHaveReadAllThatAProgramLookedAt() {
    assertThat(asked(new KeySpan(key(10), key(40)), TxnRequest.Lock.NONE).program()).hasSize(1);
    var evaluated = new KvResponse.Evaluated(20, List.of(new byte[] {7}), null);
    kv.answer(
        KvRequest.Scan.class,
        new KvResponse.Page(List.of(), key(30), transaction.readAt(), evaluated));

    assertThat(answers).containsExactly(new TxnResponse.Page(List.of(), key(30), evaluated));
    assertThat(transaction.reads().all()).containsExactly(new KeySpan(key(10), key(30)));
  }

  @Test
  void shouldSendNoProgramToWhereItHasWrittenOrForRowsToBeLocked() {
    transaction.write(key(20), Key.of("own").bytes());
    assertThat(asked(new KeySpan(key(10), key(40)), TxnRequest.Lock.NONE).program()).isNull();
    kv.answer(
        KvRequest.Scan.class,
        new KvResponse.Page(
            List.of(new KvResponse.Row(key(15), new byte[0], new Timestamp(1))),
            key(30),
            transaction.readAt()));
    // Rows as they are do not share a page with what a program may make of the next ones.
    TxnResponse.Page page = (TxnResponse.Page) answers.removeFirst();
    assertThat(page.rows()).extracting(KvResponse.Row::key).containsExactly(key(15), key(20));
    assertThat(page.resume()).isEqualTo(key(30));
    assertThat(page.evaluated()).isNull();

    assertThat(asked(new KeySpan(key(30), key(40)), TxnRequest.Lock.NONE).program()).isNotNull();
    kv.answer(KvRequest.Scan.class, new KvResponse.Page(List.of(), null, transaction.readAt()));
    assertThat(asked(new KeySpan(key(30), key(40)), TxnRequest.Lock.WAIT).program()).isNull();
  }

  @Test
  void shouldReadSeveralKeysInOneRequestButThoseThatItHasWritten() {
    transaction.write(B, Key.of("own").bytes());
    transaction.write(Key.of("d"), null);
    List<Key> keys = List.of(Key.of("a"), B, Key.of("c"), Key.of("d"));
    kv.run(() -> transaction.getAll(new TxnRequest.GetAll(keys), answers::add));
    var asked = kv.waiting(KvRequest.GetAll.class);
    assertThat(asked.keys()).containsExactly(Key.of("a"), Key.of("c"));
    assertThat(asked.at()).isEqualTo(transaction.readAt());
    kv.answer(
        KvRequest.GetAll.class,
        new KvResponse.Values(List.of(value("x", 900), new KvResponse.Value(null, Timestamp.MIN))));

    assertThat(answers).singleElement().isInstanceOf(TxnResponse.Values.class);
    assertThat(((TxnResponse.Values) answers.getFirst()).values())
        .extracting(found -> found.value() == null ? null : Key.wrap(found.value()).toString())
        .containsExactly("x", "own", null, null);
    // What commits later must find unchanged what was read, and nothing else.
    assertThat(transaction.reads().contains(Key.of("a"))).isTrue();
    assertThat(transaction.reads().contains(Key.of("c"))).isTrue();
    assertThat(transaction.reads().contains(B)).isFalse();
  }
}
