package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements about a session: settings, prepared statements, cursors, notifications. */
public sealed interface SessionStatement extends Statement {

  /**
   * SET, RESET. {@code SET TIME ZONE} sets {@code timezone}, {@code SET NAMES} sets {@code
   * client_encoding}, {@code SET ROLE} sets {@code role}, {@code SET SESSION AUTHORIZATION} sets
   * {@code session_authorization}, {@code SET SCHEMA} sets {@code search_path}.
   */
  record Set(Scope scope, SettingChange change, int position) implements SessionStatement {}

  /** How long a change lasts. */
  enum Scope {
    SESSION,
    /** Until the transaction ends. */
    LOCAL
  }

  /** What becomes of a setting. */
  sealed interface SettingChange {
    /** Values are literals, or casts of them; several make a list. */
    record Assign(String name, List<Expression> values) implements SettingChange {
      public Assign {
        values = List.copyOf(values);
      }
    }

    /** To its default: DEFAULT, RESET. */
    record Reset(String name) implements SettingChange {}

    record ResetAll() implements SettingChange {}

    record FromCurrent(String name) implements SettingChange {}
  }

  /** SHOW; all settings when the name is {@code all}. */
  record Show(String name, int position) implements SessionStatement {}

  record Discard(DiscardKind kind, int position) implements SessionStatement {}

  /** What DISCARD forgets. */
  enum DiscardKind {
    ALL,
    PLANS,
    SEQUENCES,
    TEMPORARY
  }

  /** PREPARE; types of leading parameters, the others are found out. */
  record Prepare(Name name, List<TypeName> types, Statement statement, int position)
      implements SessionStatement {
    public Prepare {
      types = List.copyOf(types);
    }
  }

  record Execute(Name name, List<Expression> arguments, int position) implements SessionStatement {
    public Execute {
      arguments = List.copyOf(arguments);
    }
  }

  /** DEALLOCATE; all when the name is null. */
  record Deallocate(@Nullable Name name, int position) implements SessionStatement {}

  /**
   * DECLARE CURSOR.
   *
   * @param scroll null when it was not said, false for NO SCROLL
   */
  record DeclareCursor(
      Name name,
      boolean binary,
      @Nullable Boolean scroll,
      boolean insensitive,
      boolean withHold,
      Query query,
      int position)
      implements SessionStatement {}

  /** FETCH; with move nothing is returned. */
  record Fetch(Name cursor, boolean move, Direction direction, int position)
      implements SessionStatement {}

  /**
   * Where a cursor goes.
   *
   * @param count of rows, or a position; null for ALL
   */
  record Direction(DirectionKind kind, @Nullable Long count) {}

  /** Ways to go. NEXT is FORWARD 1, PRIOR is BACKWARD 1, FIRST is ABSOLUTE 1, LAST ABSOLUTE -1. */
  enum DirectionKind {
    FORWARD,
    BACKWARD,
    ABSOLUTE,
    RELATIVE
  }

  /** CLOSE; all when the name is null. */
  record CloseCursor(@Nullable Name cursor, int position) implements SessionStatement {}

  record Listen(Name channel, int position) implements SessionStatement {}

  /** UNLISTEN; all when the channel is null. */
  record Unlisten(@Nullable Name channel, int position) implements SessionStatement {}

  record Notify(Name channel, @Nullable String payload, int position) implements SessionStatement {}

  /** DO: a block of code. */
  record DoBlock(@Nullable String language, String code, int position)
      implements SessionStatement {}

  record Call(Expression.FunctionCall call, int position) implements SessionStatement {}

  record Load(String library, int position) implements SessionStatement {}
}
