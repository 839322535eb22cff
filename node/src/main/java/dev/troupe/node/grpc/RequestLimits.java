package dev.troupe.node.grpc;

/** Fixed bounds of what one request may ask. */
public final class RequestLimits {
  public static final int KEY_BYTES_MAX = 16 << 10;
  public static final int VALUE_BYTES_MAX = 4 << 20;
  public static final int BATCH_OPERATIONS_MAX = 4096;

  /** Keys and values of a batch together: it is one log entry. */
  public static final int BATCH_BYTES_MAX = 4 << 20;

  public static final int NAMESPACE_CHARACTERS_MAX = 255;

  /** Comparisons and operations of both branches of an Execute together. */
  public static final int EXECUTE_OPERATIONS_MAX = 4096;

  public static final int SAVEPOINT_NAME_BYTES_MAX = 255;

  /** A gRPC message that comes in. */
  public static final int MESSAGE_BYTES_MAX = 8 << 20;

  /** Calls in one message of a Pipeline; the rest of a longer one is refused. */
  public static final int CALLS_PER_MESSAGE_MAX = 16_384;

  /** Answers of a Pipeline that are sent as one message, roughly. */
  static final int ANSWER_BYTES_MAX = 1 << 20;

  /** Before a client hears that it was refused for the load: it may come again at once. */
  static final long REFUSAL_PAUSE_MILLIS = 20;

  static final int SCAN_PAGE_ROWS = 1_000;
  static final int SCAN_PAGE_BYTES = 1 << 20;

  /** What a Get that is not answered yet counts as against the bound of its stream. */
  static final int VALUE_BYTES_ASSUMED = 64 << 10;

  static final int DELETE_PAGE_KEYS = 10_000;

  private RequestLimits() {}
}
