package dev.troupe.sql.function.text;

import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.syntax.Identifiers;
import java.util.Objects;

/** quote_ident, quote_literal and quote_nullable. */
public final class Quoting {
  private Quoting() {}

  public static void define(Definitions to) {
    to.add("quote_ident(text) text", (String name) -> Identifiers.quote(name));
    to.add("quote_literal(text) text", (String text) -> Identifiers.literal(text));
    to.addTyped(
        "quote_literal(anyelement) text stable",
        types ->
            (a, c) ->
                Identifiers.literal(
                    ValueText.of(types.parameter(0), Objects.requireNonNull(a[0]), c)));
    to.addMany(
        "quote_nullable(text) text nullable",
        (a, c) -> a[0] == null ? "NULL" : Identifiers.literal((String) a[0]));
    to.addTyped(
        "quote_nullable(anyelement) text stable nullable",
        types ->
            (a, c) ->
                a[0] == null
                    ? "NULL"
                    : Identifiers.literal(ValueText.of(types.parameter(0), a[0], c)));
  }
}
