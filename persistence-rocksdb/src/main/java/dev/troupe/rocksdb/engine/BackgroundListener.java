package dev.troupe.rocksdb.engine;

import org.rocksdb.AbstractEventListener;
import org.rocksdb.BackgroundErrorReason;
import org.rocksdb.Status;

/** Takes a failed flush or compaction for what it is: the disk cannot be trusted any more. */
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
