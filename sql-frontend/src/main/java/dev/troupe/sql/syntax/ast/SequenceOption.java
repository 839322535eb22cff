package dev.troupe.sql.syntax.ast;

import org.jspecify.annotations.Nullable;

/** What is said of a sequence. Numbers are text, for they may be out of range. */
public sealed interface SequenceOption {
  record As(TypeName type) implements SequenceOption {}

  record Increment(String by) implements SequenceOption {}

  /** Null for NO MINVALUE. */
  record MinValue(@Nullable String value) implements SequenceOption {}

  /** Null for NO MAXVALUE. */
  record MaxValue(@Nullable String value) implements SequenceOption {}

  record Start(String with) implements SequenceOption {}

  /** Null when it restarts at its start. */
  record Restart(@Nullable String with) implements SequenceOption {}

  record Cache(String count) implements SequenceOption {}

  /** CYCLE or NO CYCLE. */
  record Cycle(boolean cycles) implements SequenceOption {}

  /** Null for OWNED BY NONE. */
  record OwnedBy(@Nullable QualifiedName column) implements SequenceOption {}

  /** Of an identity column. */
  record SequenceName(QualifiedName name) implements SequenceOption {}
}
