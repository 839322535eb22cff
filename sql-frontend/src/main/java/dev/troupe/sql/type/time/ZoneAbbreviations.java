package dev.troupe.sql.type.time;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Abbreviations of time zones with fixed offsets: the common ones of PostgreSQL's default set. */
final class ZoneAbbreviations {
  private static final Map<String, ZoneId> OFFSETS = new HashMap<>();

  static {
    put(0, "utc", "gmt", "z", "zulu", "ut", "wet");
    put(1, "cet", "met", "bst");
    put(2, "eet", "cest", "mest", "sast", "ist");
    put(3, "msk", "eat", "eest");
    put(4, "msd");
    put(5, "pkt", "uzt");
    put(7, "ict");
    put(8, "sgt", "hkt", "awst", "pht");
    put(9, "jst", "kst");
    put(10, "aest");
    put(11, "aedt");
    put(12, "nzst");
    put(13, "nzdt");
    put(-1, "azot");
    put(-2, "uyst");
    put(-3, "art", "brt", "adt", "uyt");
    put(-4, "ast", "edt");
    put(-5, "est", "cdt", "pet", "cot");
    put(-6, "cst", "mdt");
    put(-7, "mst", "pdt");
    put(-8, "pst", "akdt");
    put(-9, "akst");
    put(-10, "hst");
    OFFSETS.put("acst", ZoneOffset.ofHoursMinutes(9, 30));
    OFFSETS.put("acdt", ZoneOffset.ofHoursMinutes(10, 30));
    OFFSETS.put("nst", ZoneOffset.ofHoursMinutes(-3, -30));
    OFFSETS.put("ndt", ZoneOffset.ofHoursMinutes(-2, -30));
    OFFSETS.put("npt", ZoneOffset.ofHoursMinutes(5, 45));
    OFFSETS.put("mmt", ZoneOffset.ofHoursMinutes(6, 30));
  }

  private ZoneAbbreviations() {}

  private static void put(int hours, String... names) {
    for (String name : names) {
      OFFSETS.put(name, ZoneOffset.ofHours(hours));
    }
  }

  /**
   * @param lower in lower case
   */
  static @Nullable ZoneId find(String lower) {
    return OFFSETS.get(lower);
  }
}
