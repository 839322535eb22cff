package dev.troupe.sql.function.json;

import dev.troupe.sql.function.define.Definitions;

/** All functions, operators and aggregates of json and jsonb. */
public final class JsonFunctions {
  private JsonFunctions() {}

  public static void define(Definitions to) {
    JsonAccess.define(to);
    JsonBuilding.define(to);
    JsonbEditing.define(to);
    JsonbContainment.define(to);
    JsonAggregates.define(to);
  }
}
