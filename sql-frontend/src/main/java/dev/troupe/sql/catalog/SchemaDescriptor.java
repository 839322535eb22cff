package dev.troupe.sql.catalog;

/** A schema. */
public record SchemaDescriptor(long id, String name, String owner) {}
