package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.SessionStatement;
import dev.troupe.sql.syntax.ast.SessionStatement.Scope;
import dev.troupe.sql.syntax.ast.SessionStatement.SettingChange;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** SET, RESET and SHOW. */
final class SettingStatements {
  private final SessionParts parts;

  SettingStatements(SessionParts parts) {
    this.parts = parts;
  }

  String set(SessionStatement.Set statement, ResultSink sink) {
    boolean local = statement.scope() == Scope.LOCAL;
    if (local && parts.transaction().isImplicit()) {
      sink.notice(
          Notice.warning(
              SqlState.NO_ACTIVE_SQL_TRANSACTION,
              "SET LOCAL can only be used in transaction blocks"));
    }
    return switch (statement.change()) {
      case SettingChange.Assign assign -> {
        assign(assign.name(), assign.values(), local);
        yield "SET";
      }
      case SettingChange.Reset reset -> {
        if (SessionRoles.isIdentity(reset.name())) {
          new RoleSettings(parts).reset(reset.name());
        } else {
          parts.settings().reset(reset.name());
        }
        yield "RESET";
      }
      case SettingChange.ResetAll all -> {
        parts.settings().resetAll();
        yield "RESET";
      }
      case SettingChange.FromCurrent current ->
          throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED, "SET FROM CURRENT can only be used with functions");
    };
  }

  private void assign(String name, List<Expression> expressions, boolean local) {
    String value =
        name.equalsIgnoreCase("search_path")
            ? expressions.stream()
                .map(SettingValues::text)
                .map(Identifiers::quote)
                .collect(Collectors.joining(", "))
            : expressions.stream().map(SettingValues::text).collect(Collectors.joining(", "));
    switch (name.toLowerCase(Locale.ROOT)) {
      case "transaction_isolation" -> {
        if (parts.transaction().hasBegunToWork()) {
          throw new SqlException(
              SqlState.ACTIVE_SQL_TRANSACTION,
              "SET TRANSACTION ISOLATION LEVEL must be called before any query");
        }
        parts.settings().set(name, value, true);
      }
      case "transaction_read_only" -> {
        Boolean readOnly = SettingDefinition.truth(value);
        parts.settings().set(name, value, true);
        parts.transaction().setReadOnly(Boolean.TRUE.equals(readOnly));
      }
      case SessionRoles.ROLE, SessionRoles.SESSION ->
          new RoleSettings(parts).set(name, value, local);
      default -> parts.settings().set(name, value, local);
    }
  }

  // --- show ------------------------------------------------------------------------------------

  static List<ResultColumn> showColumns(String name) {
    if (name.equalsIgnoreCase("all")) {
      return List.of(text("name"), text("setting"), text("description"));
    }
    SettingDefinition definition = SettingCatalog.find(name);
    return List.of(text(definition == null ? name : definition.name()));
  }

  private static ResultColumn text(String name) {
    return new ResultColumn(name, SqlType.TEXT, 0, 0);
  }

  UtilityResult show(SessionStatement.Show statement) {
    String name = statement.name();
    if (name.equalsIgnoreCase("all")) {
      List<@Nullable Object[]> rows = new ArrayList<>();
      for (SettingDefinition each : SettingCatalog.all()) {
        rows.add(new @Nullable Object[] {each.name(), value(each.name()), each.description()});
      }
      return UtilityResult.of("SHOW", showColumns(name), rows);
    }
    List<@Nullable Object[]> row = new ArrayList<>();
    row.add(new @Nullable Object[] {value(name)});
    return UtilityResult.of("SHOW", showColumns(name), row);
  }

  private String value(String name) {
    if (name.equalsIgnoreCase("transaction_read_only") && parts.transaction().isOpen()) {
      return parts.transaction().isReadOnly() ? "on" : "off";
    }
    return parts.settings().shown(name);
  }
}
