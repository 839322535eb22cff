package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.MaintenanceStatement;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SessionStatement;
import dev.troupe.sql.syntax.ast.SessionStatement.DiscardKind;
import dev.troupe.sql.syntax.ast.SessionStatement.Scope;
import dev.troupe.sql.syntax.ast.SessionStatement.SettingChange;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.ast.TransactionStatement;
import dev.troupe.sql.syntax.ast.TypeName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SET, RESET, DISCARD, and the smaller statements of a session. */
final class SettingParser {
  private final Grammar grammar;
  private final Tokens tokens;

  SettingParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  /** SET, RESET, SHOW or DISCARD. */
  Statement statement() {
    int position = tokens.position();
    if (tokens.at(Keyword.SHOW)) {
      return new ShowParser(grammar).show();
    }
    if (tokens.at(Keyword.RESET)) {
      return new SessionStatement.Set(Scope.SESSION, change(), position);
    }
    if (tokens.accept(Keyword.DISCARD)) {
      return new SessionStatement.Discard(discardKind(), position);
    }
    return set(position);
  }

  private DiscardKind discardKind() {
    if (tokens.accept(Keyword.ALL)) {
      return DiscardKind.ALL;
    }
    if (tokens.accept(Keyword.PLANS)) {
      return DiscardKind.PLANS;
    }
    if (tokens.accept(Keyword.SEQUENCES)) {
      return DiscardKind.SEQUENCES;
    }
    if (!tokens.accept(Keyword.TEMP)) {
      tokens.expect(Keyword.TEMPORARY);
    }
    return DiscardKind.TEMPORARY;
  }

  private Statement set(int position) {
    Keyword next = tokens.ahead(1).keyword;
    if (next == Keyword.CONSTRAINTS) {
      tokens.skip(2);
      return constraints(position);
    }
    if (next == Keyword.TRANSACTION) {
      tokens.skip(2);
      if (tokens.accept(Keyword.SNAPSHOT)) {
        return new TransactionStatement.SetSnapshot(tokens.expectString(), position);
      }
      return new TransactionStatement.SetTransaction(modes(), position);
    }
    if (next == Keyword.SESSION && tokens.ahead(2).keyword == Keyword.CHARACTERISTICS) {
      tokens.skip(3);
      tokens.expect(Keyword.AS, Keyword.TRANSACTION);
      return new TransactionStatement.SetCharacteristics(modes(), position);
    }
    if (next == Keyword.CLUSTER && tokens.isWord(2, "setting")) {
      tokens.skip(3);
      return clusterSetting(position);
    }
    Scope scope = Scope.SESSION;
    boolean authorization = tokens.ahead(2).keyword == Keyword.AUTHORIZATION;
    boolean session = next == Keyword.SESSION && !authorization;
    if (session || next == Keyword.LOCAL) {
      tokens.advance();
      scope = session ? Scope.SESSION : Scope.LOCAL;
    }
    // The word before a change is passed over, be it SET or what limits its scope.
    tokens.advance();
    return new SessionStatement.Set(scope, assigned(), position);
  }

  private TransactionStatement.Modes modes() {
    TransactionStatement.Modes modes = new TransactionParser(grammar).modes();
    if (modes.equals(TransactionStatement.Modes.NONE)) {
      throw tokens.unexpected();
    }
    return modes;
  }

  private Statement constraints(int position) {
    List<QualifiedName> names =
        tokens.accept(Keyword.ALL) ? List.of() : grammar.names.qualifiedNames();
    boolean deferred = tokens.accept(Keyword.DEFERRED);
    if (!deferred) {
      tokens.expect(Keyword.IMMEDIATE);
    }
    return new TransactionStatement.SetConstraints(names, deferred, position);
  }

  private Statement clusterSetting(int position) {
    String name = settingName();
    acceptEquals();
    if (tokens.accept(Keyword.DEFAULT)) {
      return new MaintenanceStatement.SetClusterSetting(name, List.of(), position);
    }
    return new MaintenanceStatement.SetClusterSetting(name, tokens.list(this::value), position);
  }

  private void acceptEquals() {
    if (!tokens.accept(TokenKind.EQUALS)) {
      tokens.expect(Keyword.TO);
    }
  }

  /** A change, from the SET or RESET that it begins with. */
  SettingChange change() {
    if (tokens.accept(Keyword.SET)) {
      return assigned();
    }
    tokens.expect(Keyword.RESET);
    if (tokens.accept(Keyword.ALL)) {
      return new SettingChange.ResetAll();
    }
    if (tokens.accept(Keyword.TIME)) {
      tokens.expect(Keyword.ZONE);
      return new SettingChange.Reset("timezone");
    }
    if (tokens.accept(Keyword.SESSION, Keyword.AUTHORIZATION)) {
      return new SettingChange.Reset("session_authorization");
    }
    if (tokens.at(Keyword.TRANSACTION, Keyword.ISOLATION)) {
      tokens.skip(2);
      tokens.expect(Keyword.LEVEL);
      return new SettingChange.Reset("transaction_isolation");
    }
    return new SettingChange.Reset(settingName());
  }

  String settingName() {
    StringBuilder name = new StringBuilder(grammar.names.name().text());
    while (tokens.accept(TokenKind.DOT)) {
      name.append('.').append(grammar.names.label());
    }
    return name.toString();
  }

  private SettingChange assigned() {
    if (tokens.at(Keyword.TIME, Keyword.ZONE)) {
      tokens.skip(2);
      return timeZone();
    }
    if (tokens.at(Keyword.SESSION, Keyword.AUTHORIZATION)) {
      tokens.skip(2);
      return word("session_authorization");
    }
    boolean plain = tokens.isNext(TokenKind.EQUALS) || tokens.isNext(Keyword.TO);
    if (!plain && tokens.accept(Keyword.ROLE)) {
      return word("role");
    }
    if (!plain && tokens.accept(Keyword.SCHEMA)) {
      return word("search_path");
    }
    if (!plain && tokens.accept(Keyword.NAMES)) {
      boolean missing = tokens.at(TokenKind.END) || tokens.at(TokenKind.SEMICOLON);
      return missing ? new SettingChange.Reset("client_encoding") : word("client_encoding");
    }
    String name = settingName();
    if (tokens.accept(Keyword.FROM)) {
      tokens.expect(Keyword.CURRENT);
      return new SettingChange.FromCurrent(name);
    }
    acceptEquals();
    return tokens.accept(Keyword.DEFAULT)
        ? new SettingChange.Reset(name)
        : new SettingChange.Assign(name, tokens.list(this::value));
  }

  private SettingChange word(String name) {
    if (tokens.accept(Keyword.DEFAULT)) {
      return new SettingChange.Reset(name);
    }
    int position = tokens.position();
    String value = grammar.names.wordOrString();
    return new SettingChange.Assign(name, List.of(new Expression.StringLiteral(value, position)));
  }

  private SettingChange timeZone() {
    int position = tokens.position();
    if (tokens.accept(Keyword.DEFAULT) || tokens.accept(Keyword.LOCAL)) {
      return new SettingChange.Reset("timezone");
    }
    if (!tokens.at(Keyword.INTERVAL)) {
      return new SettingChange.Assign("timezone", List.of(value()));
    }
    TypeName interval = grammar.types.simple();
    String value = tokens.expectString();
    if (interval.modifiers().isEmpty()) {
      interval = grammar.types.intervalFields(interval);
    }
    return new SettingChange.Assign(
        "timezone", List.of(new Expression.TypedLiteral(interval, value, position)));
  }

  /** A word or string, or a number. */
  private Expression value() {
    Token token = tokens.current();
    int position = token.start;
    boolean text = token.kind == TokenKind.STRING || NameParser.isLabel(token);
    if (text) {
      return new Expression.StringLiteral(grammar.names.wordOrString(), position);
    }
    String number = grammar.names.number();
    boolean integer = number.chars().allMatch(c -> c == '-' || Character.isDigit(c));
    return integer
        ? new Expression.IntegerLiteral(number, position)
        : new Expression.NumericLiteral(number, position);
  }

  /** LISTEN, NOTIFY, UNLISTEN, DO, CALL, LOAD. */
  Statement other() {
    int position = tokens.position();
    if (tokens.accept(Keyword.LISTEN)) {
      return new SessionStatement.Listen(grammar.names.name(), position);
    }
    if (tokens.accept(Keyword.UNLISTEN)) {
      Name channel = tokens.accept(TokenKind.STAR) ? null : grammar.names.name();
      return new SessionStatement.Unlisten(channel, position);
    }
    if (tokens.accept(Keyword.NOTIFY)) {
      Name channel = grammar.names.name();
      String payload = tokens.accept(TokenKind.COMMA) ? tokens.expectString() : null;
      return new SessionStatement.Notify(channel, payload, position);
    }
    if (tokens.accept(Keyword.LOAD)) {
      return new SessionStatement.Load(tokens.expectString(), position);
    }
    if (tokens.accept(Keyword.CALL)) {
      Expression call = grammar.expressions.primaries().calls().call(grammar.names.function());
      if (call instanceof Expression.FunctionCall function) {
        return new SessionStatement.Call(function, position);
      }
      throw tokens.unexpected();
    }
    tokens.expect(Keyword.DO);
    return block(position);
  }

  private Statement block(int position) {
    String language = acceptLanguage();
    String code = tokens.expectString();
    if (language == null) {
      language = acceptLanguage();
    }
    return new SessionStatement.DoBlock(language, code, position);
  }

  private @Nullable String acceptLanguage() {
    return tokens.accept(Keyword.LANGUAGE) ? grammar.names.wordOrString() : null;
  }
}
