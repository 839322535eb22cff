package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.Statement;

/**
 * A statement with its place in the text that was parsed.
 *
 * @param start of the statement in that text, from 0; positions in the statement count from the
 *     same beginning
 * @param end behind its last character, without the semicolon
 * @param parameters the highest number of a parameter; 0 when there are none
 */
public record ParsedStatement(Statement statement, int start, int end, int parameters) {}
