package dev.troupe.rocksdb.snapshot;

/**
 * Told how far an installation has come: the names here and those of {@link
 * dev.troupe.rocksdb.mvcc.StateTransfer.Step}. Crash tests look at the disk in between.
 */
@FunctionalInterface
public interface InstallObserver {
  String FILES_SYNCED = "FILES_SYNCED";
  String MARKER_WRITTEN = "MARKER_WRITTEN";
  String MARKER_REMOVED = "MARKER_REMOVED";

  InstallObserver NONE = step -> {};

  void after(String step);
}
