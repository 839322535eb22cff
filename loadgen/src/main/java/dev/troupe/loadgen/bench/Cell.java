package dev.troupe.loadgen.bench;

/**
 * One kind of measurement: what is done by how many clients, each of which waits for its answer.
 */
record Cell(Kind kind, int clients) {
  /** What is done. */
  enum Kind {
    PUT("put"),
    GET("get");

    private final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  String label() {
    return kind.label + ", " + clients;
  }
}
