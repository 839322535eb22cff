package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.AccessStatement.DefaultPrivileges;
import dev.troupe.sql.syntax.ast.AccessStatement.GrantSubject;
import dev.troupe.sql.syntax.ast.AccessStatement.Membership;
import dev.troupe.sql.syntax.ast.AccessStatement.Privilege;
import dev.troupe.sql.syntax.ast.AccessStatement.Privileges;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.RoleName;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** GRANT and REVOKE. */
final class PrivilegeParser {
  private final Grammar grammar;
  private final Tokens tokens;

  PrivilegeParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  Statement statement() {
    int position = tokens.position();
    boolean grant = tokens.at(Keyword.GRANT);
    tokens.advance();
    boolean optionFor = !grant && acceptOptionFor(Keyword.GRANT);
    boolean adminFor = !grant && acceptOptionFor(Keyword.ADMIN);
    List<Privilege> privileges = privileges();
    if (tokens.at(Keyword.ON)) {
      tokens.advance();
      return rest(grant, privileges, subject(), optionFor, position);
    }
    return membership(grant, privileges, adminFor, position);
  }

  /** {@code GRANT OPTION FOR}. */
  private boolean acceptOptionFor(Keyword kind) {
    if (!tokens.at(kind, Keyword.OPTION)) {
      return false;
    }
    tokens.skip(2);
    tokens.expect(Keyword.FOR);
    return true;
  }

  /** Privileges with columns; none for ALL. */
  private List<Privilege> privileges() {
    if (tokens.at(Keyword.ALL)) {
      tokens.advance();
      tokens.accept(Keyword.PRIVILEGES);
      if (tokens.at(TokenKind.LEFT_PAREN)) {
        int position = tokens.position();
        return List.of(new Privilege("all", grammar.names.parenthesizedNames(), position));
      }
      return List.of();
    }
    return tokens.list(this::privilege);
  }

  private Privilege privilege() {
    int position = tokens.position();
    String name = grammar.names.label();
    return new Privilege(name, grammar.names.acceptParenthesizedNames(), position);
  }

  private GrantSubject subject() {
    if (tokens.accept(Keyword.ALL)) {
      ObjectKind kind = plural();
      tokens.expect(Keyword.IN, Keyword.SCHEMA);
      List<QualifiedName> schemas = grammar.names.qualifiedNames();
      return new GrantSubject(kind, true, schemas);
    }
    ObjectKind kind = acceptKind();
    if (kind == null) {
      tokens.accept(Keyword.TABLE);
      return new GrantSubject(ObjectKind.TABLE, false, grammar.names.qualifiedNames());
    }
    List<QualifiedName> names =
        kind == ObjectKind.FUNCTION ? tokens.list(this::routine) : grammar.names.qualifiedNames();
    return new GrantSubject(kind, false, names);
  }

  private QualifiedName routine() {
    QualifiedName name = grammar.names.function();
    if (tokens.accept(TokenKind.LEFT_PAREN)) {
      if (!tokens.at(TokenKind.RIGHT_PAREN)) {
        tokens.list(grammar.types::type);
      }
      tokens.expect(TokenKind.RIGHT_PAREN);
    }
    return name;
  }

  private @Nullable ObjectKind acceptKind() {
    Keyword keyword = tokens.current().keyword;
    if (keyword == null) {
      return null;
    }
    ObjectKind kind =
        switch (keyword) {
          case SEQUENCE -> ObjectKind.SEQUENCE;
          case SCHEMA -> ObjectKind.SCHEMA;
          case DATABASE -> ObjectKind.DATABASE;
          case TYPE -> ObjectKind.TYPE;
          case DOMAIN -> ObjectKind.DOMAIN;
          case LANGUAGE -> ObjectKind.LANGUAGE;
          case TABLESPACE -> ObjectKind.TABLESPACE;
          case FUNCTION, PROCEDURE, ROUTINE -> ObjectKind.FUNCTION;
          default -> null;
        };
    if (kind != null) {
      tokens.advance();
    }
    return kind;
  }

  private ObjectKind plural() {
    Keyword keyword = tokens.current().keyword;
    ObjectKind kind =
        keyword == null
            ? null
            : switch (keyword) {
              case TABLES -> ObjectKind.TABLE;
              case SEQUENCES -> ObjectKind.SEQUENCE;
              case FUNCTIONS, PROCEDURES, ROUTINES -> ObjectKind.FUNCTION;
              case TYPES -> ObjectKind.TYPE;
              case SCHEMAS -> ObjectKind.SCHEMA;
              default -> null;
            };
    if (kind == null) {
      throw tokens.unexpected();
    }
    tokens.advance();
    return kind;
  }

  /** From behind what the privileges are about. */
  private Privileges rest(
      boolean grant,
      List<Privilege> privileges,
      GrantSubject subject,
      boolean optionFor,
      int position) {
    tokens.expect(grant ? Keyword.TO : Keyword.FROM);
    List<RoleName> roles = tokens.list(this::grantee);
    boolean option = optionFor;
    if (grant && tokens.at(Keyword.WITH, Keyword.GRANT)) {
      tokens.skip(2);
      tokens.expect(Keyword.OPTION);
      option = true;
    }
    acceptGrantedBy();
    boolean cascade = !grant && tokens.acceptCascade();
    return new Privileges(grant, privileges, subject, roles, option, cascade, position);
  }

  private RoleName grantee() {
    tokens.accept(Keyword.GROUP);
    return grammar.names.role();
  }

  private void acceptGrantedBy() {
    if (tokens.accept(Keyword.GRANTED)) {
      tokens.expect(Keyword.BY);
      grammar.names.role();
    }
  }

  private Statement membership(
      boolean grant, List<Privilege> memberships, boolean adminFor, int position) {
    if (memberships.isEmpty() || memberships.stream().anyMatch(p -> !p.columns().isEmpty())) {
      throw tokens.unexpected();
    }
    List<Name> names = memberships.stream().map(p -> new Name(p.name(), p.position())).toList();
    tokens.expect(grant ? Keyword.TO : Keyword.FROM);
    List<RoleName> roles = grammar.names.roles();
    boolean admin = adminFor;
    if (grant && tokens.at(Keyword.WITH, Keyword.ADMIN)) {
      tokens.skip(2);
      tokens.expect(Keyword.OPTION);
      admin = true;
    }
    acceptGrantedBy();
    boolean cascade = !grant && tokens.acceptCascade();
    return new Membership(grant, names, roles, admin, cascade, position);
  }

  /** ALTER DEFAULT PRIVILEGES, from behind ALTER on. */
  Statement defaults(int position) {
    tokens.expect(Keyword.DEFAULT, Keyword.PRIVILEGES);
    List<RoleName> ofRoles = List.of();
    List<Name> schemas = List.of();
    while (tokens.at(Keyword.FOR) || tokens.at(Keyword.IN)) {
      if (tokens.accept(Keyword.FOR)) {
        if (!tokens.accept(Keyword.USER)) {
          tokens.expect(Keyword.ROLE);
        }
        ofRoles = grammar.names.roles();
      } else {
        tokens.advance();
        tokens.expect(Keyword.SCHEMA);
        schemas = grammar.names.names();
      }
    }
    int at = tokens.position();
    boolean grant = tokens.accept(Keyword.GRANT);
    if (!grant) {
      tokens.expect(Keyword.REVOKE);
    }
    boolean optionFor = !grant && acceptOptionFor(Keyword.GRANT);
    List<Privilege> privileges = privileges();
    tokens.expect(Keyword.ON);
    GrantSubject subject = new GrantSubject(plural(), false, List.of());
    Privileges change = rest(grant, privileges, subject, optionFor, at);
    return new DefaultPrivileges(ofRoles, schemas, change, position);
  }
}
