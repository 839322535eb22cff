package dev.troupe.chaos.sqlload;

import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.history.Values;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Appends to lists and reads of them. Lists with even numbers are a text in one row; those with odd
 * numbers are rows, so that an append depends on a range of keys. Both are read and written by
 * their primary keys and by secondary indexes.
 */
final class SqlListAppend implements SqlWorkload {
  private static final int STEPS_MAX = 4;
  private static final int APPENDS_PER_LIST = 64;
  private static final int PARTS = 7;
  private static final int WAYS = 4;

  private final AtomicLongArray active;
  private final AtomicLong nextList;
  private final Map<Long, AtomicLong> lastValues = new ConcurrentHashMap<>();

  /**
   * @param activeLists how many lists grow at a time; full ones are replaced by new ones
   */
  SqlListAppend(int activeLists) {
    active = new AtomicLongArray(activeLists);
    for (int i = 0; i < activeLists; i++) {
      active.set(i, i);
    }
    nextList = new AtomicLong(activeLists);
  }

  @Override
  public List<String> tables() {
    return List.of("lists", "entries");
  }

  @Override
  public void create(Connection connection) throws SQLException {
    Rows.run(
        connection,
        "drop table if exists lists, entries",
        "create table lists (id bigint primary key, code text not null, part int not null,"
            + " elements text not null)",
        "create unique index lists_code on lists (code) include (elements)",
        "create index lists_part on lists (part)",
        "create table entries (list bigint, seq int, value bigint not null, tag text not null,"
            + " primary key (list, seq))",
        "create unique index entries_tag on entries (tag, seq) include (value)",
        "create unique index entries_value on entries (value, list)");
  }

  @Override
  public SqlTransaction draw(SplittableRandom random) {
    List<MicroOp> asked = new ArrayList<>();
    int steps = 1 + random.nextInt(STEPS_MAX);
    int[] ways = random.ints(steps, 0, WAYS).toArray();
    for (int i = 0; i < steps; i++) {
      int slot = random.nextInt(active.length());
      long list = active.get(slot);
      asked.add(
          random.nextBoolean()
              ? new MicroOp.Append(Key.of(list), newValue(slot, list))
              : new MicroOp.ReadNothing(Key.of(list)));
    }
    // Way 0 of everything is one statement.
    boolean single = steps == 1 && ways[0] == 0 && random.nextBoolean();
    return new SqlTransaction("txn", asked, single, connection -> run(connection, asked, ways));
  }

  private long newValue(int slot, long list) {
    long value = lastValues.computeIfAbsent(list, l -> new AtomicLong()).incrementAndGet();
    if (value >= APPENDS_PER_LIST && active.get(slot) == list) {
      active.compareAndSet(slot, list, nextList.getAndIncrement());
    }
    return value;
  }

  private static List<MicroOp> run(Connection connection, List<MicroOp> asked, int[] ways)
      throws SQLException {
    List<MicroOp> answered = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      answered.add(
          switch (asked.get(i)) {
            case MicroOp.Append append -> {
              append(connection, number(append.key()), append.value(), ways[i]);
              yield append;
            }
            case MicroOp.ReadNothing read -> read(connection, read.key(), ways[i]);
            case MicroOp other -> throw new IllegalStateException("never asked: " + other);
          });
    }
    return answered;
  }

  private static long number(Key key) {
    return Long.parseLong(key.text());
  }

  private static boolean isText(long list) {
    return list % 2 == 0;
  }

  private static String code(long list) {
    return String.format(Locale.ROOT, "code-%08d", list);
  }

  private static void append(Connection connection, long list, long value, int way)
      throws SQLException {
    if (isText(list)) {
      appendToText(connection, list, value, way);
    } else {
      appendRow(connection, list, value, way);
    }
  }

  private static void appendToText(Connection connection, long list, long value, int way)
      throws SQLException {
    int changed =
        switch (way) {
          case 1 ->
              Rows.change(
                  connection,
                  "update lists set elements = elements || ',' || ? where code = ?",
                  Long.toString(value),
                  code(list));
          case 2 -> {
            List<List<@Nullable String>> row =
                Rows.of(connection, "select elements from lists where id = ? for update", list);
            yield row.isEmpty()
                ? 0
                : Rows.change(
                    connection,
                    "update lists set elements = ? where id = ?",
                    row.getFirst().getFirst() + "," + value,
                    list);
          }
          default -> 0;
        };
    if (changed == 0) {
      Rows.change(
          connection,
          "insert into lists (id, code, part, elements) values (?, ?, ?, ?) on conflict (id) do"
              + " update set elements = lists.elements || ',' || excluded.elements",
          list,
          code(list),
          (int) (list % PARTS),
          Long.toString(value));
    }
  }

  private static void appendRow(Connection connection, long list, long value, int way)
      throws SQLException {
    if (way < 2) {
      Rows.change(
          connection,
          "insert into entries (list, seq, value, tag) select ?, coalesce(max(seq), 0) + 1, ?, ?"
              + " from entries where list = ?",
          list,
          value,
          code(list),
          list);
      return;
    }
    String last =
        Rows.of(connection, "select max(seq) from entries where tag = ?", code(list))
            .getFirst()
            .getFirst();
    Rows.change(
        connection,
        "insert into entries (list, seq, value, tag) values (?, ?, ?, ?)",
        list,
        last == null ? 1 : Integer.parseInt(last) + 1,
        value,
        code(list));
  }

  private static MicroOp read(Connection connection, Key key, int way) throws SQLException {
    long list = number(key);
    long[] elements =
        isText(list) ? readText(connection, list, way) : readRows(connection, list, way);
    return elements.length == 0
        ? new MicroOp.ReadNothing(key)
        : new MicroOp.ReadList(key, Values.of(elements));
  }

  private static long[] readText(Connection connection, long list, int way) throws SQLException {
    List<List<@Nullable String>> rows =
        switch (way) {
          case 1 -> Rows.of(connection, "select elements from lists where code = ?", code(list));
          case 2 ->
              Rows.of(
                      connection,
                      "select elements, id from lists where part = ?",
                      (int) (list % PARTS))
                  .stream()
                  .filter(row -> Long.toString(list).equals(row.get(1)))
                  .toList();
          case 3 -> Rows.of(connection, "select elements from lists where id = ? for update", list);
          default -> Rows.of(connection, "select elements from lists where id = ?", list);
        };
    return rows.isEmpty()
        ? new long[0]
        : Arrays.stream(String.valueOf(rows.getFirst().getFirst()).split(","))
            .mapToLong(Long::parseLong)
            .toArray();
  }

  private static long[] readRows(Connection connection, long list, int way) throws SQLException {
    List<List<@Nullable String>> rows =
        way < 2
            ? Rows.of(connection, "select value from entries where list = ? order by seq", list)
            : Rows.of(
                connection, "select value from entries where tag = ? order by seq", code(list));
    return rows.stream().mapToLong(row -> Long.parseLong(String.valueOf(row.getFirst()))).toArray();
  }

  @Override
  public void finish(SqlUser user) throws SQLException {
    for (long list : lastValues.keySet()) {
      List<MicroOp> read = List.of(new MicroOp.ReadNothing(Key.of(list)));
      user.require(
          new SqlTransaction("txn", read, true, connection -> run(connection, read, new int[1])));
    }
  }
}
