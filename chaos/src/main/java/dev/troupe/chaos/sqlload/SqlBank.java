package dev.troupe.chaos.sqlload;

import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Transfers between accounts, each with an entry in the books that refers to both; a constraint
 * refuses debts. Balances are read by the primary key and by secondary indexes.
 */
final class SqlBank implements SqlWorkload {
  private static final int INITIAL_BALANCE = 100;
  private static final int AMOUNT_MAX = 5;
  private static final int READ_PERCENT = 25;
  private static final String BOOK =
      "insert into transfers (source, target, amount) values (?, ?, ?)";

  private final int accounts;

  SqlBank(int accounts) {
    this.accounts = accounts;
  }

  @Override
  public List<String> tables() {
    return List.of("accounts", "transfers");
  }

  @Override
  public void create(Connection connection) throws SQLException {
    Rows.run(
        connection,
        "drop table if exists accounts, transfers",
        "create table accounts (id int primary key, owner text not null,"
            + " balance bigint not null constraint solvent check (balance >= 0))",
        "create unique index accounts_owner on accounts (owner) include (balance)",
        "create index accounts_balance on accounts (balance)",
        "create table transfers (id bigint generated always as identity primary key,"
            + " source int not null references accounts, target int not null references accounts,"
            + " amount int not null)",
        "create index transfers_source on transfers (source) include (amount)",
        "create index transfers_target on transfers (target) include (amount)");
    Rows.change(
        connection,
        "insert into accounts select i, 'owner-' || i, ? from generate_series(0, ?) i",
        INITIAL_BALANCE,
        accounts - 1);
  }

  @Override
  public void begin(SqlUser user) throws SQLException {
    user.require(reading("select id, balance from accounts"));
  }

  @Override
  public SqlTransaction draw(SplittableRandom random) {
    if (random.nextInt(100) < READ_PERCENT) {
      return switch (random.nextInt(3)) {
        case 0 -> reading("select substr(owner, 7)::int, balance from accounts order by owner");
        case 1 -> reading("select id, balance from accounts where balance >= 0 order by balance");
        default -> reading("select id, balance from accounts");
      };
    }
    int from = random.nextInt(accounts);
    int to = (from + 1 + random.nextInt(accounts - 1)) % accounts;
    int amount = 1 + random.nextInt(AMOUNT_MAX);
    List<MicroOp> asked = List.of(new MicroOp.Transfer(key(from), key(to), amount));
    return switch (random.nextInt(4)) {
      case 0 -> transfer(asked, true, connection -> atOnce(connection, from, to, amount));
      case 1 -> transfer(asked, false, connection -> locked(connection, from, to, amount));
      case 2 -> transfer(asked, false, connection -> readFirst(connection, from, to, amount));
      default -> transfer(asked, false, connection -> blindly(connection, from, to, amount));
    };
  }

  /** The statements of a transfer. */
  @FunctionalInterface
  private interface Moves {
    void run(Connection connection) throws SQLException;
  }

  private static SqlTransaction transfer(List<MicroOp> asked, boolean single, Moves moves) {
    return new SqlTransaction(
        "transfer",
        asked,
        single,
        connection -> {
          moves.run(connection);
          return asked;
        });
  }

  private static void atOnce(Connection connection, int from, int to, int amount)
      throws SQLException {
    Rows.change(
        connection,
        """
        with moved as (
          update accounts set balance = balance + case id when ? then ?::bigint else ? end
          where id in (?, ?))
        insert into transfers (source, target, amount) values (?, ?, ?)
        """,
        from,
        (long) -amount,
        (long) amount,
        from,
        to,
        from,
        to,
        amount);
  }

  private static void locked(Connection connection, int from, int to, int amount)
      throws SQLException {
    Rows.of(
        connection,
        "select balance from accounts where id in (?, ?) order by id for update",
        from,
        to);
    blindly(connection, from, to, amount);
  }

  /** Finds both by an index, and writes what it has computed itself. */
  private static void readFirst(Connection connection, int from, int to, int amount)
      throws SQLException {
    Map<Integer, Long> balances = new HashMap<>();
    for (int account : new int[] {from, to}) {
      balances.put(
          account,
          Long.valueOf(
              String.valueOf(
                  Rows.of(
                          connection,
                          "select balance from accounts where owner = ?",
                          "owner-" + account)
                      .getFirst()
                      .getFirst())));
    }
    balances.merge(from, (long) -amount, Long::sum);
    balances.merge(to, (long) amount, Long::sum);
    for (Map.Entry<Integer, Long> balance : balances.entrySet()) {
      Rows.change(
          connection,
          "update accounts set balance = ? where id = ?",
          balance.getValue(),
          balance.getKey());
    }
    Rows.change(connection, BOOK, from, to, amount);
  }

  private static void blindly(Connection connection, int from, int to, int amount)
      throws SQLException {
    Rows.change(connection, BOOK, from, to, amount);
    Rows.change(connection, "update accounts set balance = balance - ? where id = ?", amount, from);
    Rows.change(
        connection,
        "update accounts set balance = balance + ? where owner = ?",
        amount,
        "owner-" + to);
  }

  private static SqlTransaction reading(String sql) {
    return new SqlTransaction(
        "read",
        List.of(new MicroOp.Balances(null)),
        true,
        connection -> {
          Map<Key, Long> balances = new HashMap<>();
          for (List<@Nullable String> row : Rows.of(connection, sql)) {
            balances.put(
                key(Integer.parseInt(String.valueOf(row.get(0)))),
                Long.valueOf(String.valueOf(row.get(1))));
          }
          return List.of(new MicroOp.Balances(balances));
        });
  }

  private static Key key(int account) {
    return Key.of(Integer.toString(account));
  }

  @Override
  public void finish(SqlUser user) throws SQLException {
    begin(user);
  }

  @Override
  public List<String> faults(Connection connection) throws SQLException {
    return Rows.of(
            connection,
            """
            select a.id, a.balance from accounts a
            where a.balance <> ?
              - (select coalesce(sum(amount), 0) from transfers t where t.source = a.id)
              + (select coalesce(sum(amount), 0) from transfers t where t.target = a.id)
            """,
            INITIAL_BALANCE)
        .stream()
        .map(row -> "account %s has %s, which the books do not".formatted(row.get(0), row.get(1)))
        .toList();
  }
}
