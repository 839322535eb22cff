package dev.troupe.loadgen.report;

/** How a report is printed. */
public enum ReportFormat {
  TABLE,
  JSON;

  public String print(Report report) {
    return switch (this) {
      case TABLE -> TableReport.print(report);
      case JSON -> JsonReport.print(report);
    };
  }

  public String print(VerificationResult verification) {
    return switch (this) {
      case TABLE -> TableReport.print(verification);
      case JSON -> JsonReport.print(verification);
    };
  }
}
