package dev.troupe.sql.function;

import dev.troupe.sql.function.aggregate.Aggregates;
import dev.troupe.sql.function.array.ArrayFunctions;
import dev.troupe.sql.function.compare.Comparisons;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.function.format.FormatFunctions;
import dev.troupe.sql.function.json.JsonFunctions;
import dev.troupe.sql.function.math.FloatArithmetic;
import dev.troupe.sql.function.math.IntegerArithmetic;
import dev.troupe.sql.function.math.MathFunctions;
import dev.troupe.sql.function.math.Trigonometry;
import dev.troupe.sql.function.series.RowFunctions;
import dev.troupe.sql.function.system.CatalogFunctions;
import dev.troupe.sql.function.system.HashFunctions;
import dev.troupe.sql.function.system.Keywords;
import dev.troupe.sql.function.system.SessionFunctions;
import dev.troupe.sql.function.system.SizeFunctions;
import dev.troupe.sql.function.text.Composition;
import dev.troupe.sql.function.text.Encodings;
import dev.troupe.sql.function.text.LikePattern;
import dev.troupe.sql.function.text.Quoting;
import dev.troupe.sql.function.text.RegexFunctions;
import dev.troupe.sql.function.text.TextFunctions;
import dev.troupe.sql.function.time.TimeFunctions;
import dev.troupe.sql.function.window.WindowFunctions;
import java.util.List;
import java.util.function.Consumer;

/** The families of functions that there are. */
final class Families {
  private static final List<Consumer<Definitions>> ALL =
      List.of(
          Comparisons::define,
          IntegerArithmetic::define,
          FloatArithmetic::define,
          MathFunctions::define,
          Trigonometry::define,
          TextFunctions::define,
          Composition::define,
          Quoting::define,
          Encodings::define,
          LikePattern::define,
          RegexFunctions::define,
          TimeFunctions::define,
          FormatFunctions::define,
          ArrayFunctions::define,
          RowFunctions::define,
          JsonFunctions::define,
          SessionFunctions::define,
          CatalogFunctions::define,
          Keywords::define,
          SizeFunctions::define,
          HashFunctions::define,
          Aggregates::define,
          WindowFunctions::define);

  private Families() {}

  static Definitions all() {
    Definitions definitions = new Definitions();
    ALL.forEach(family -> family.accept(definitions));
    return definitions;
  }
}
