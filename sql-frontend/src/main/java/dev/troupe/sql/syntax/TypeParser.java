package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.FromItem.RecordColumn;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.Option;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.ast.TypeName;
import java.util.ArrayList;
import java.util.List;

/** CREATE of types, domains, databases and extensions. */
final class TypeParser {
  private final Grammar grammar;
  private final Tokens tokens;

  TypeParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  Statement create(Keyword keyword, int position) {
    tokens.advance();
    return switch (keyword) {
      case TYPE -> type(position);
      case DOMAIN -> domain(position);
      case DATABASE -> database(position);
      default -> extension(position);
    };
  }

  private Statement type(int position) {
    QualifiedName name = grammar.names.qualified();
    if (tokens.accept(Keyword.AS, Keyword.ENUM)) {
      tokens.expect(TokenKind.LEFT_PAREN);
      List<String> labels =
          tokens.at(TokenKind.STRING) ? tokens.list(tokens::expectString) : List.of();
      tokens.expect(TokenKind.RIGHT_PAREN);
      return new SchemaStatement.CreateEnum(name, labels, position);
    }
    if (!tokens.at(Keyword.AS) || !tokens.isNext(TokenKind.LEFT_PAREN)) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED, "only enum and composite types can be created")
          .at(position);
    }
    tokens.skip(2);
    List<RecordColumn> fields =
        tokens.at(TokenKind.RIGHT_PAREN)
            ? List.of()
            : tokens.list(grammar.queries.selects().from()::recordColumn);
    tokens.expect(TokenKind.RIGHT_PAREN);
    return new SchemaStatement.CreateComposite(name, fields, position);
  }

  private Statement domain(int position) {
    QualifiedName name = grammar.names.qualified();
    tokens.accept(Keyword.AS);
    TypeName type = grammar.types.type();
    QualifiedName collation = grammar.names.acceptCollation();
    return new SchemaStatement.CreateDomain(
        name,
        type,
        collation,
        grammar.statements().tables().constraints().columnConstraints(),
        position);
  }

  private Statement database(int position) {
    boolean ifNotExists = tokens.acceptIfNotExists();
    Name name = grammar.names.name();
    tokens.accept(Keyword.WITH);
    List<Option> options = new ArrayList<>();
    while (NameParser.isLabel(tokens.current())) {
      int at = tokens.position();
      String option = grammar.names.label();
      if (option.equals("connection")) {
        tokens.expect(Keyword.LIMIT);
        option = "connection limit";
      }
      tokens.accept(TokenKind.EQUALS);
      options.add(new Option(option, List.of(new OptionParser(grammar).value()), at));
    }
    return new SchemaStatement.CreateDatabase(name, ifNotExists, options, position);
  }

  private Statement extension(int position) {
    boolean ifNotExists = tokens.acceptIfNotExists();
    Name name = grammar.names.name();
    tokens.accept(Keyword.WITH);
    List<Option> options = new ArrayList<>();
    while (tokens.at(Keyword.SCHEMA) || tokens.at(Keyword.VERSION) || tokens.at(Keyword.CASCADE)) {
      int at = tokens.position();
      String option = grammar.names.label();
      List<String> values =
          option.equals("cascade") ? List.of() : List.of(grammar.names.wordOrString());
      options.add(new Option(option, values, at));
    }
    return new SchemaStatement.CreateExtension(name, ifNotExists, options, position);
  }
}
