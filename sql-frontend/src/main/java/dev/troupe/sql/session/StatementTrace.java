package dev.troupe.sql.session;

import dev.troupe.protocol.trace.Span;
import dev.troupe.protocol.trace.TraceParent;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.kv.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * The span of the statement that a session runs, when it is traced. Owned by the session's thread.
 *
 * <p>A client names its own trace by a comment in the statement, as sqlcommenter writes it ({@code
 * traceparent='00-...'} at its end), or for all statements that follow by the setting {@value
 * #SETTING}.
 */
final class StatementTrace {
  static final String SETTING = "troupe.traceparent";

  private static final String COMMENTED = "traceparent='";

  /** Comments are looked for in so much of a statement's end. */
  private static final int COMMENT_CHARS_MAX = 1_000;

  private static final int STATEMENT_CHARS_MAX = 1_000;

  private final @Nullable StatementTraces traces;
  private final Settings settings;
  private final Cancellation cancellation;
  private @Nullable Span span;

  /**
   * @param traces null where nothing is traced
   */
  StatementTrace(@Nullable StatementTraces traces, Settings settings, Cancellation cancellation) {
    this.traces = traces;
    this.settings = settings;
    this.cancellation = cancellation;
  }

  /** A statement begins; the one before ends if it has not yet. */
  void begin(String sql) {
    if (traces == null) {
      return;
    }
    end();
    Span begun = traces.begin(parent(sql));
    if (begun != null) {
      String start =
          sql.length() <= STATEMENT_CHARS_MAX ? sql : sql.substring(0, STATEMENT_CHARS_MAX);
      span = begun.with("statement", PasswordText.hidden(start));
      cancellation.trace(begun);
    }
  }

  private @Nullable TraceParent parent(String sql) {
    int comment = sql.lastIndexOf(COMMENTED);
    if (comment >= 0 && sql.length() - comment <= COMMENT_CHARS_MAX) {
      int begin = comment + COMMENTED.length();
      int end = sql.indexOf('\'', begin);
      TraceParent said = end < 0 ? null : TraceParent.parse(sql.substring(begin, end));
      if (said != null) {
        return said;
      }
    }
    String set = settings.find(SETTING);
    return set == null ? null : TraceParent.parse(set);
  }

  /** It ends with an error that its client is told. */
  void failed(SqlException e) {
    if (span != null) {
      span.fail(e.state().code() + ": " + e.getMessage());
      end();
    }
  }

  /** Nothing more is done for it. */
  void end() {
    Span ending = span;
    if (ending != null) {
      span = null;
      cancellation.trace(null);
      ending.end();
    }
  }
}
