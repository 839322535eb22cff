package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.ObjectKind;
import org.jspecify.annotations.Nullable;

/** Words for kinds of things, as DROP, COMMENT and SHOW CREATE have them. */
final class ObjectKindParser {
  private final Tokens tokens;

  ObjectKindParser(Tokens tokens) {
    this.tokens = tokens;
  }

  ObjectKind kind() {
    ObjectKind kind = acceptKind();
    if (kind == null) {
      throw tokens.unexpected();
    }
    return kind;
  }

  private @Nullable ObjectKind acceptKind() {
    Keyword keyword = tokens.current().keyword;
    if (keyword == null) {
      return null;
    }
    return switch (keyword) {
      case TABLE -> one(ObjectKind.TABLE);
      case COLUMN -> one(ObjectKind.COLUMN);
      case CONSTRAINT -> one(ObjectKind.CONSTRAINT);
      case INDEX -> one(ObjectKind.INDEX);
      case VIEW -> one(ObjectKind.VIEW);
      case MATERIALIZED -> two(Keyword.VIEW, ObjectKind.MATERIALIZED_VIEW);
      case SEQUENCE -> one(ObjectKind.SEQUENCE);
      case TYPE -> one(ObjectKind.TYPE);
      case DOMAIN -> one(ObjectKind.DOMAIN);
      case SCHEMA -> one(ObjectKind.SCHEMA);
      case DATABASE -> one(ObjectKind.DATABASE);
      case EXTENSION -> one(ObjectKind.EXTENSION);
      case ROLE, USER, GROUP -> one(ObjectKind.ROLE);
      default -> acceptProgrammable(keyword);
    };
  }

  /** Kinds of things that are not to be had; they can only be missing, or commented upon. */
  private @Nullable ObjectKind acceptProgrammable(Keyword keyword) {
    return switch (keyword) {
      case FUNCTION, ROUTINE -> one(ObjectKind.FUNCTION);
      case PROCEDURE -> one(ObjectKind.PROCEDURE);
      case AGGREGATE -> one(ObjectKind.AGGREGATE);
      case OPERATOR -> one(ObjectKind.OPERATOR);
      case COLLATION -> one(ObjectKind.COLLATION);
      case TRIGGER -> one(ObjectKind.TRIGGER);
      case RULE -> one(ObjectKind.RULE);
      case POLICY -> one(ObjectKind.POLICY);
      case LANGUAGE -> one(ObjectKind.LANGUAGE);
      case TABLESPACE -> one(ObjectKind.TABLESPACE);
      case PUBLICATION -> one(ObjectKind.PUBLICATION);
      case SUBSCRIPTION -> one(ObjectKind.SUBSCRIPTION);
      case STATISTICS -> one(ObjectKind.STATISTICS);
      case SERVER -> one(ObjectKind.SERVER);
      case EVENT -> two(Keyword.TRIGGER, ObjectKind.EVENT_TRIGGER);
      case FOREIGN -> two(Keyword.TABLE, ObjectKind.FOREIGN_TABLE);
      default -> null;
    };
  }

  private ObjectKind one(ObjectKind kind) {
    tokens.advance();
    return kind;
  }

  private ObjectKind two(Keyword second, ObjectKind kind) {
    tokens.advance();
    tokens.expect(second);
    return kind;
  }
}
