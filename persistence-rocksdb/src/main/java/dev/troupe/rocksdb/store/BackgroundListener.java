package dev.troupe.rocksdb.store;

import dev.troupe.rocksdb.engine.FatalErrorHandler;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.BackgroundErrorReason;
import org.rocksdb.Status;

/**
 * Takes a failed flush or compaction for what it is: the disk cannot be trusted any more.
 *
 * <p>The binding cannot name the failure of a flush of a database without a write-ahead log and
 * throws on its own thread instead of calling this; the next write to that database finds it out.
 */
final class BackgroundListener extends AbstractEventListener {
  private final FatalErrorHandler fatal;
  private final String database;

  BackgroundListener(FatalErrorHandler fatal, String database) {
    super(EnabledEventCallback.ON_BACKGROUND_ERROR);
    this.fatal = fatal;
    this.database = database;
  }

  @Override
  public void onBackgroundError(BackgroundErrorReason reason, Status status) {
    String text =
        status.getCodeString() + (status.getState() == null ? "" : ": " + status.getState());
    fatal.storageFailed(
        new IllegalStateException(text), database + " failed in the background (" + reason + ")");
  }
}
