package dev.troupe.client;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction in one call has done.
 *
 * @param matched whether all comparisons held
 * @param answers one per operation of the branch that was taken, in order
 * @param version the transaction's place in the order of all
 */
public record ExecuteResult(
    boolean matched, List<Answer> answers, long version, UUID transactionId) {
  public ExecuteResult {
    answers = List.copyOf(answers);
  }

  /** The value that the operation at this place has read; null when there was none. */
  public byte @Nullable [] value(int index) {
    return answers.get(index) instanceof Answer.Value found ? found.value() : null;
  }

  /** The rows that the operation at this place has read. */
  public List<KeyValue> rows(int index) {
    return answers.get(index) instanceof Answer.Rows found ? found.rows() : List.of();
  }

  /** What an operation has found or done. */
  public sealed interface Answer {
    /** Of a get. */
    record Value(byte @Nullable [] value, long version) implements Answer {}

    /**
     * Of a scan.
     *
     * @param complete false when there was more than one page of rows
     */
    record Rows(List<KeyValue> rows, boolean complete) implements Answer {
      public Rows {
        rows = List.copyOf(rows);
      }
    }

    /** Of a put or a delete. */
    record Done() implements Answer {}
  }
}
