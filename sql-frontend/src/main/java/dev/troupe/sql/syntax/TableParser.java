package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.ColumnConstraint;
import dev.troupe.sql.syntax.ast.Constraint;
import dev.troupe.sql.syntax.ast.IndexElement;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.Option;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SchemaStatement.CreateTable;
import dev.troupe.sql.syntax.ast.SchemaStatement.CreateTableAs;
import dev.troupe.sql.syntax.ast.SchemaStatement.OnCommit;
import dev.troupe.sql.syntax.ast.SchemaStatement.Partitioning;
import dev.troupe.sql.syntax.ast.SchemaStatement.Persistence;
import dev.troupe.sql.syntax.ast.SchemaStatement.TableOptions;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.ast.TableElement;
import dev.troupe.sql.syntax.ast.TableElement.LikeOption;
import dev.troupe.sql.syntax.ast.TableElement.LikeProperty;
import dev.troupe.sql.syntax.ast.TypeName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CREATE TABLE. */
final class TableParser {
  private final Grammar grammar;
  private final Tokens tokens;
  private final ConstraintParser constraints;

  TableParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
    this.constraints = new ConstraintParser(grammar);
  }

  ConstraintParser constraints() {
    return constraints;
  }

  /** From behind TABLE on. */
  Statement create(Persistence persistence, int position) {
    boolean ifNotExists = tokens.acceptIfNotExists();
    QualifiedName name = grammar.names.qualified();
    boolean elements = tokens.at(TokenKind.LEFT_PAREN) && !atNamesBeforeAs();
    if (!elements) {
      List<Name> columns = grammar.names.acceptParenthesizedNames();
      return createAs(name, false, ifNotExists, persistence, columns, position);
    }
    tokens.advance();
    List<TableElement> content =
        tokens.at(TokenKind.RIGHT_PAREN) ? List.of() : tokens.list(this::element);
    tokens.expect(TokenKind.RIGHT_PAREN);
    return new CreateTable(name, ifNotExists, persistence, content, options(), position);
  }

  /** Whether names of columns without types follow: CREATE TABLE t (a, b) AS ... */
  private boolean atNamesBeforeAs() {
    TokenKind second = tokens.ahead(2).kind;
    return NameParser.isColumnName(tokens.ahead(1))
        && (second == TokenKind.COMMA || second == TokenKind.RIGHT_PAREN);
  }

  /** From behind the columns on, for tables and materialized views. */
  CreateTableAs createAs(
      QualifiedName name,
      boolean materializedView,
      boolean ifNotExists,
      Persistence persistence,
      List<Name> columns,
      int position) {
    TableOptions options = options();
    tokens.expect(Keyword.AS);
    Statement source =
        tokens.at(Keyword.EXECUTE)
            ? grammar.statements().statement()
            : grammar.statements().preparable();
    return new CreateTableAs(
        name,
        materializedView,
        ifNotExists,
        persistence,
        columns,
        options,
        source,
        withData(),
        position);
  }

  /** WITH DATA, or WITH NO DATA. */
  boolean withData() {
    if (!tokens.accept(Keyword.WITH)) {
      return true;
    }
    boolean data = !tokens.accept(Keyword.NO);
    tokens.expect(Keyword.DATA);
    return data;
  }

  private TableElement element() {
    int position = tokens.position();
    if (tokens.accept(Keyword.LIKE)) {
      return like(position);
    }
    Constraint constraint = constraints.acceptConstraint();
    return constraint != null ? constraint : column();
  }

  /** A column with its type and constraints. */
  TableElement.Column column() {
    Name name = grammar.names.name();
    TypeName type = grammar.types.type();
    if (tokens.at(Keyword.COMPRESSION) || tokens.at(Keyword.STORAGE)) {
      tokens.advance();
      grammar.names.label();
    }
    QualifiedName collation = grammar.names.acceptCollation();
    List<ColumnConstraint> said = constraints.columnConstraints();
    if (collation == null && tokens.at(Keyword.COLLATE)) {
      collation = grammar.names.acceptCollation();
      said = new ArrayList<>(said);
      said.addAll(constraints.columnConstraints());
    }
    return new TableElement.Column(name, type, collation, said, name.position());
  }

  private TableElement like(int position) {
    QualifiedName table = grammar.names.qualified();
    List<LikeOption> options = new ArrayList<>();
    while (tokens.at(Keyword.INCLUDING) || tokens.at(Keyword.EXCLUDING)) {
      boolean including = tokens.at(Keyword.INCLUDING);
      tokens.advance();
      options.add(new LikeOption(likeProperty(), including));
    }
    return new TableElement.Like(table, options, position);
  }

  private LikeProperty likeProperty() {
    String word = tokens.raw();
    for (LikeProperty property : LikeProperty.values()) {
      if (property.name().equalsIgnoreCase(word)) {
        tokens.advance();
        return property;
      }
    }
    throw tokens.unexpected();
  }

  private TableOptions options() {
    List<QualifiedName> inherits =
        tokens.accept(Keyword.INHERITS)
            ? tokens.parenthesized(grammar.names::qualified)
            : List.of();
    Partitioning partitioning = acceptPartitioning();
    if (tokens.accept(Keyword.USING)) {
      grammar.names.name();
    }
    List<Option> parameters = new OptionParser(grammar).acceptWith();
    OnCommit onCommit = acceptOnCommit();
    Name tablespace = tokens.accept(Keyword.TABLESPACE) ? grammar.names.name() : null;
    QualifiedName colocatedWith = null;
    if (tokens.acceptWord("colocate")) {
      tokens.expect(Keyword.WITH);
      colocatedWith = grammar.names.qualified();
    }
    TableOptions options =
        new TableOptions(inherits, partitioning, parameters, onCommit, tablespace, colocatedWith);
    return options.equals(TableOptions.NONE) ? TableOptions.NONE : options;
  }

  private @Nullable Partitioning acceptPartitioning() {
    int position = tokens.position();
    if (!tokens.accept(Keyword.PARTITION)) {
      return null;
    }
    tokens.expect(Keyword.BY);
    String strategy = grammar.names.name().text();
    List<IndexElement> keys = tokens.parenthesized(constraints::indexElement);
    return new Partitioning(strategy, keys, position);
  }

  private @Nullable OnCommit acceptOnCommit() {
    if (!tokens.accept(Keyword.ON)) {
      return null;
    }
    tokens.expect(Keyword.COMMIT);
    if (tokens.accept(Keyword.DROP)) {
      return OnCommit.DROP;
    }
    if (tokens.accept(Keyword.DELETE)) {
      tokens.expect(Keyword.ROWS);
      return OnCommit.DELETE_ROWS;
    }
    tokens.expect(Keyword.PRESERVE, Keyword.ROWS);
    return OnCommit.PRESERVE_ROWS;
  }
}
