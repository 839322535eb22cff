package dev.troupe.rocksdb.snapshot;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.SnapshotStore.SnapshotFile;
import dev.troupe.rocksdb.mvcc.StateFiles.Content;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which files a snapshot consists of: first those with versions, then those with side records.
 *
 * @param versionFiles how many files of versions
 * @param sideFiles how many files of side records
 */
record SnapshotContents(int versionFiles, int sideFiles) {
  /**
   * What a manifest announces, by the names of its files.
   *
   * @throws TroupeException with PRECONDITION_FAILED when a name is not known to this version
   */
  static SnapshotContents of(List<SnapshotFile> files) {
    int versionFiles = 0;
    while (versionFiles < files.size()
        && files.get(versionFiles).name().equals(Content.VERSIONS.fileName(versionFiles))) {
      versionFiles++;
    }
    SnapshotContents contents = new SnapshotContents(versionFiles, files.size() - versionFiles);
    List<String> names = contents.names();
    for (int i = 0; i < files.size(); i++) {
      String name = files.get(i).name();
      if (!name.equals(names.get(i))) {
        throw new TroupeException(
            ErrorCode.PRECONDITION_FAILED,
            "snapshot file "
                + name
                + " in place of "
                + names.get(i)
                + " is not known to this version: start this node with the sender's version");
      }
    }
    return contents;
  }

  int files() {
    return versionFiles + sideFiles;
  }

  /** Names of all files, in the order in which they are sent. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < versionFiles; i++) {
      names.add(Content.VERSIONS.fileName(i));
    }
    for (int i = 0; i < sideFiles; i++) {
      names.add(Content.SIDES.fileName(i));
    }
    return names;
  }

  /** Those of all files, in the order of the names, that hold versions. */
  List<Path> versions(List<Path> files) {
    return files.subList(0, versionFiles);
  }

  /** Those of all files, in the order of the names, that hold side records. */
  List<Path> sides(List<Path> files) {
    return files.subList(versionFiles, files());
  }
}
