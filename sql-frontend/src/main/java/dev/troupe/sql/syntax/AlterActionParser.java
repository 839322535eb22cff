package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.AlterAction;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.Option;
import dev.troupe.sql.syntax.ast.SequenceOption;
import dev.troupe.sql.syntax.ast.TableElement;
import java.util.List;

/** What an ALTER does, apart from the changes of columns. */
final class AlterActionParser {
  private final Grammar grammar;
  private final Tokens tokens;
  private final AlterColumnParser columns;

  AlterActionParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
    this.columns = new AlterColumnParser(grammar);
  }

  AlterAction ofTable() {
    int position = tokens.position();
    Keyword keyword = tokens.current().keyword;
    if (keyword == null) {
      return ofRanges(position);
    }
    return switch (keyword) {
      case ADD -> add(position);
      case DROP -> drop(position);
      case ALTER -> alter(position);
      case RENAME -> rename(position);
      case VALIDATE -> {
        tokens.skip(1);
        tokens.expect(Keyword.CONSTRAINT);
        yield new AlterAction.ValidateConstraint(grammar.names.name(), position);
      }
      case SET -> set(position);
      case RESET -> {
        tokens.advance();
        yield new AlterAction.ResetOptions(new OptionParser(grammar).definitions(), position);
      }
      case ENABLE, DISABLE, FORCE, NO, CLUSTER, INHERIT -> toggle(position);
      case REPLICA -> {
        String words = new OptionParser(grammar).words();
        yield new AlterAction.ReplicaIdentity(words, null, position);
      }
      case ATTACH -> {
        tokens.advance();
        tokens.expect(Keyword.PARTITION);
        yield new AlterAction.AttachPartition(grammar.names.qualified(), position);
      }
      default -> ofAnything();
    };
  }

  /** OWNER TO, RENAME TO, SET SCHEMA. */
  AlterAction ofAnything() {
    int position = tokens.position();
    if (tokens.accept(Keyword.OWNER)) {
      tokens.expect(Keyword.TO);
      return new AlterAction.OwnerTo(grammar.names.role(), position);
    }
    if (tokens.accept(Keyword.RENAME)) {
      tokens.expect(Keyword.TO);
      return new AlterAction.RenameTo(grammar.names.name(), position);
    }
    tokens.expect(Keyword.SET, Keyword.SCHEMA);
    return new AlterAction.SetSchema(grammar.names.name(), position);
  }

  AlterAction ofSequence() {
    int position = tokens.position();
    List<SequenceOption> options = new SequenceParser(grammar).options();
    if (!options.isEmpty()) {
      return new AlterAction.ChangeSequence(options, position);
    }
    return tokens.at(Keyword.SET) ? set(position) : ofAnything();
  }

  AlterAction ofDatabase() {
    int position = tokens.position();
    if (tokens.atWord("survive")) {
      return new AlterAction.SetLocality(new OptionParser(grammar).words(), position);
    }
    if (tokens.atWord("configure")) {
      return ofRanges(position);
    }
    return tokens.at(Keyword.SET) ? set(position) : ofAnything();
  }

  AlterAction ofDomain() {
    int position = tokens.position();
    boolean sets = tokens.at(Keyword.SET) && !tokens.isNext(Keyword.SCHEMA);
    boolean drops = tokens.at(Keyword.DROP) && !tokens.isNext(Keyword.CONSTRAINT);
    if (sets || drops) {
      // A domain is altered like a column, only that it has no name of its own here.
      return columns.change(new Name("value", position), position);
    }
    return ofTable();
  }

  private AlterAction ofRanges(int position) {
    if (tokens.acceptWord("split")) {
      tokens.expect(Keyword.AT);
      return new AlterAction.SplitAt(grammar.queries.query(), position);
    }
    if (tokens.acceptWord("unsplit")) {
      if (tokens.accept(Keyword.ALL)) {
        return new AlterAction.UnsplitAt(null, position);
      }
      tokens.expect(Keyword.AT);
      return new AlterAction.UnsplitAt(grammar.queries.query(), position);
    }
    tokens.expectWord("configure");
    tokens.expect(Keyword.ZONE);
    if (tokens.accept(Keyword.DISCARD)) {
      return new AlterAction.ConfigureZone(List.of(), position);
    }
    tokens.expect(Keyword.USING);
    List<Option> options = new OptionParser(grammar).assignments();
    return new AlterAction.ConfigureZone(options, position);
  }

  private AlterAction add(int position) {
    tokens.advance();
    if (!tokens.at(Keyword.COLUMN)) {
      var constraint = grammar.statements().tables().constraints().acceptConstraint();
      if (constraint != null) {
        return new AlterAction.AddConstraint(constraint, position);
      }
    }
    tokens.accept(Keyword.COLUMN);
    boolean ifNotExists = tokens.acceptIfNotExists();
    TableElement.Column column = grammar.statements().tables().column();
    return new AlterAction.AddColumn(column, ifNotExists, position);
  }

  private AlterAction drop(int position) {
    tokens.advance();
    boolean constraint = tokens.accept(Keyword.CONSTRAINT);
    if (!constraint) {
      tokens.accept(Keyword.COLUMN);
    }
    boolean ifExists = tokens.acceptIfExists();
    Name name = grammar.names.name();
    boolean cascade = tokens.acceptCascade();
    return constraint
        ? new AlterAction.DropConstraint(name, ifExists, cascade, position)
        : new AlterAction.DropColumn(name, ifExists, cascade, position);
  }

  private AlterAction alter(int position) {
    tokens.advance();
    if (tokens.accept(Keyword.CONSTRAINT)) {
      Name constraint = grammar.names.name();
      var timing = grammar.statements().tables().constraints().timing();
      return new AlterAction.AlterConstraint(constraint, timing, position);
    }
    tokens.accept(Keyword.COLUMN);
    if (tokens.at(TokenKind.INTEGER)) {
      // Columns of an index on expressions have no names but numbers.
      Name column = new Name(tokens.raw(), tokens.position());
      tokens.advance();
      return columns.change(column, position);
    }
    return columns.change(grammar.names.name(), position);
  }

  private AlterAction rename(int position) {
    tokens.advance();
    if (tokens.accept(Keyword.TO)) {
      return new AlterAction.RenameTo(grammar.names.name(), position);
    }
    boolean constraint = tokens.accept(Keyword.CONSTRAINT);
    if (!constraint) {
      tokens.accept(Keyword.COLUMN);
    }
    Name name = grammar.names.name();
    tokens.expect(Keyword.TO);
    Name newName = grammar.names.name();
    return constraint
        ? new AlterAction.RenameConstraint(name, newName, position)
        : new AlterAction.RenameColumn(name, newName, position);
  }

  private AlterAction set(int position) {
    if (tokens.isNext(TokenKind.LEFT_PAREN)) {
      tokens.advance();
      return new AlterAction.SetOptions(new OptionParser(grammar).definitions(), position);
    }
    if (tokens.isNext(Keyword.TABLESPACE)) {
      tokens.skip(2);
      return new AlterAction.SetTablespace(grammar.names.name(), position);
    }
    if (tokens.isNext(Keyword.LOGGED) || tokens.isNext(Keyword.UNLOGGED)) {
      tokens.advance();
      boolean logged = tokens.at(Keyword.LOGGED);
      tokens.advance();
      return new AlterAction.SetLogged(logged, position);
    }
    if (tokens.isWord(1, "locality")) {
      tokens.advance();
      return new AlterAction.SetLocality(new OptionParser(grammar).words(), position);
    }
    if (tokens.isNext(Keyword.WITHOUT) || tokens.isNext(Keyword.ACCESS)) {
      return toggle(position);
    }
    return ofAnything();
  }

  /** Switches that are words only; the last of them may be a name. */
  private AlterAction toggle(int position) {
    return new AlterAction.Toggle(new OptionParser(grammar).words(), null, position);
  }
}
