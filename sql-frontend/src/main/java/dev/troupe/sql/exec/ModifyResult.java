package dev.troupe.sql.exec;

/** What a change has done. */
public record ModifyResult(long count) {}
