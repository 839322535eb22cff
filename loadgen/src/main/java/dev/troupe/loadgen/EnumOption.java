package dev.troupe.loadgen;

import dev.troupe.loadgen.client.TroupeDialect;
import dev.troupe.loadgen.report.ReportFormat;
import dev.troupe.loadgen.workload.Distribution;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads constants in lower case, whatever the settings of the command line they are mounted in. */
abstract class EnumOption<E extends Enum<E>> implements ITypeConverter<E> {
  private final Class<E> type;

  EnumOption(Class<E> type) {
    this.type = type;
  }

  @Override
  public E convert(String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> constant.name().equalsIgnoreCase(text.strip()))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of " + all()));
  }

  private String all() {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  static final class Api extends EnumOption<TroupeDialect> {
    Api() {
      super(TroupeDialect.class);
    }
  }

  static final class Format extends EnumOption<ReportFormat> {
    Format() {
      super(ReportFormat.class);
    }
  }

  static final class KeyDistribution extends EnumOption<Distribution> {
    KeyDistribution() {
      super(Distribution.class);
    }
  }
}
