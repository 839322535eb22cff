package dev.troupe.node.http;

import dev.troupe.node.sql.SqlActivity;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.schema.ScramVerifier;
import dev.troupe.sql.session.Account;
import dev.troupe.sql.session.SessionRegistry.Activity;
import dev.troupe.sql.session.StatementBook.Figures;
import dev.troupe.sql.session.TransactionStatus;
import dev.troupe.sql.session.UnfinishedChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** SQL with two sessions, and with the users root and reader, whose passwords are their names. */
final class FakeSql implements SqlActivity {
  final List<Integer> cancelled = new ArrayList<>();
  private boolean reset;
  private final Map<String, ScramVerifier> verifiers = new ConcurrentHashMap<>();

  @Override
  public List<Activity> sessions() {
    return List.of(
        new Activity(
            65_537,
            "root",
            "defaultdb",
            "</td><script>",
            "/127.0.0.1:5000",
            0,
            "",
            0,
            false,
            TransactionStatus.IDLE),
        new Activity(
            65_538,
            "root",
            "defaultdb",
            "psql",
            "/127.0.0.1:5001",
            1_500_000,
            "SELECT '<b>\n'",
            2_000_000,
            true,
            TransactionStatus.ACTIVE));
  }

  @Override
  public boolean cancel(int pid) {
    cancelled.add(pid);
    return pid == 65_538;
  }

  @Override
  public List<Figures> statements() {
    return reset
        ? List.of()
        : List.of(
            new Figures("reader", 255, "select $1", 2, 1, 0, 2, 3_000, 1_000, 2_000, 1_500, 500),
            new Figures(
                "root",
                -1,
                "update \"<b>\" set n = $1",
                1,
                0,
                4,
                7,
                9_000_000,
                9_000_000,
                9_000_000,
                9_000_000,
                0));
  }

  @Override
  public void resetStatements() {
    reset = true;
  }

  @Override
  public List<UnfinishedChange> unfinishedChanges() {
    return List.of(
        new UnfinishedChange(
            70, UnfinishedChange.Kind.BUILDING_INDEX, "public.t", "by_<v>", 500, 2_000),
        new UnfinishedChange(
            71, UnfinishedChange.Kind.VALIDATING_CONSTRAINT, "public.t", "positive", 0, 0));
  }

  @Override
  public Account account(String user) {
    Role role =
        switch (user) {
          case "root" -> Role.ROOT;
          case "reader" ->
              new Role(
                  77, "reader", true, false, false, false, true, null, -1, null, List.of(),
                  List.of());
          default -> null;
        };
    return new Account(
        user, role, true, verifiers.computeIfAbsent(user, ScramVerifier::of), role != null);
  }
}
