package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.AccessStatement;
import dev.troupe.sql.syntax.ast.AccessStatement.RoleKind;
import dev.troupe.sql.syntax.ast.AlterAction;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.Option;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.RoleName;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CREATE and ALTER of roles, and what they own. */
final class RoleParser {
  private final Grammar grammar;
  private final Tokens tokens;

  RoleParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  /** From behind CREATE on. */
  Statement create(int position) {
    RoleKind kind =
        tokens.at(Keyword.USER)
            ? RoleKind.USER
            : tokens.at(Keyword.GROUP) ? RoleKind.GROUP : RoleKind.ROLE;
    tokens.advance();
    boolean ifNotExists = tokens.acceptIfNotExists();
    Name name = grammar.names.name();
    tokens.accept(Keyword.WITH);
    return new AccessStatement.CreateRole(kind, name, ifNotExists, options(), position);
  }

  /** From behind ALTER on. */
  Statement alter(int position) {
    tokens.advance();
    RoleName role = tokens.accept(Keyword.ALL) ? null : grammar.names.role();
    Name database = null;
    if (tokens.accept(Keyword.IN, Keyword.DATABASE)) {
      database = grammar.names.name();
    }
    if (tokens.at(Keyword.SET) || tokens.at(Keyword.RESET)) {
      return new AccessStatement.AlterRoleSetting(
          role, database, new SettingParser(grammar).change(), position);
    }
    if (role == null || database != null) {
      throw tokens.unexpected();
    }
    if (tokens.at(Keyword.RENAME) && role instanceof RoleName.Named named) {
      tokens.advance();
      tokens.expect(Keyword.TO);
      AlterAction rename = new AlterAction.RenameTo(grammar.names.name(), tokens.position());
      QualifiedName name = QualifiedName.of(named.name(), named.position());
      return new SchemaStatement.Alter(
          ObjectKind.ROLE, name, false, false, List.of(rename), position);
    }
    if (tokens.at(Keyword.ADD) || tokens.at(Keyword.DROP)) {
      return member(role, position);
    }
    tokens.accept(Keyword.WITH);
    return new AccessStatement.AlterRole(role, options(), position);
  }

  /** {@code ALTER GROUP g ADD USER u}: membership under an older name. */
  private Statement member(RoleName group, int position) {
    boolean grant = tokens.at(Keyword.ADD);
    tokens.advance();
    tokens.expect(Keyword.USER);
    List<RoleName> roles = grammar.names.roles();
    if (!(group instanceof RoleName.Named named)) {
      throw tokens.unexpected();
    }
    List<Name> membership = List.of(new Name(named.name(), named.position()));
    return new AccessStatement.Membership(grant, membership, roles, false, false, position);
  }

  private List<Option> options() {
    List<Option> options = new ArrayList<>();
    Option option = acceptOption();
    while (option != null) {
      options.add(option);
      option = acceptOption();
    }
    return options;
  }

  private @Nullable Option acceptOption() {
    int position = tokens.position();
    if (tokens.accept(Keyword.PASSWORD) || tokens.accept(Keyword.ENCRYPTED, Keyword.PASSWORD)) {
      List<String> password =
          tokens.accept(Keyword.NULL) ? List.of() : List.of(tokens.expectString());
      return new Option("password", password, position);
    }
    if (tokens.accept(Keyword.CONNECTION)) {
      tokens.expect(Keyword.LIMIT);
      return new Option("connection limit", List.of(grammar.names.number()), position);
    }
    if (tokens.accept(Keyword.VALID)) {
      tokens.expect(Keyword.UNTIL);
      return new Option("valid until", List.of(tokens.expectString()), position);
    }
    if (tokens.accept(Keyword.IN)) {
      if (!tokens.accept(Keyword.GROUP)) {
        tokens.expect(Keyword.ROLE);
      }
      return roles("in role", position);
    }
    if (tokens.accept(Keyword.ROLE) || tokens.accept(Keyword.USER)) {
      return roles("role", position);
    }
    if (tokens.accept(Keyword.ADMIN)) {
      return roles("admin", position);
    }
    if (tokens.accept(Keyword.SYSID)) {
      return new Option("sysid", List.of(grammar.names.number()), position);
    }
    if (tokens.accept(Keyword.INHERIT)) {
      return new Option("inherit", List.of(), position);
    }
    return acceptFlag(position);
  }

  private Option roles(String name, int position) {
    return new Option(name, grammar.names.names().stream().map(Name::text).toList(), position);
  }

  /** Words such as {@code superuser} and {@code nologin} are no keywords. */
  private @Nullable Option acceptFlag(int position) {
    Token token = tokens.current();
    if (token.kind != TokenKind.IDENTIFIER) {
      return null;
    }
    String word = token.text;
    String property = word.startsWith("no") ? word.substring(2) : word;
    return switch (property) {
      case "superuser",
          "createdb",
          "createrole",
          "login",
          "replication",
          "bypassrls",
          "inherit" -> {
        tokens.advance();
        yield new Option(word, List.of(), position);
      }
      default -> null;
    };
  }

  /** REASSIGN OWNED. */
  Statement reassignOwned() {
    int position = tokens.position();
    tokens.expect(Keyword.REASSIGN, Keyword.OWNED);
    tokens.expect(Keyword.BY);
    List<RoleName> from = grammar.names.roles();
    tokens.expect(Keyword.TO);
    return new AccessStatement.ReassignOwned(from, grammar.names.role(), position);
  }
}
