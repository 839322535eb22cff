package dev.troupe.loadgen.verify;

/** Something that a correct store does not do. */
public record Finding(Kind kind, String detail) {
  /** What is wrong. */
  public enum Kind {
    /** An acknowledged write is gone, and nothing is in its place. */
    LOST,
    /** An older value came back than one that was acknowledged or read before. */
    REWOUND,
    /** A value that was refused or never sent. */
    PHANTOM,
    /** Versions of a key did not rise, or changed without a write. */
    VERSION_REGRESSED,
    /** Bytes that are no value of this run, or whose checksum does not match. */
    CORRUPT,
    /** A key could not be read back in time, hence nothing is known about it. */
    UNREADABLE
  }
}
