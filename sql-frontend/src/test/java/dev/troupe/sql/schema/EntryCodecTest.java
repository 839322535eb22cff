package dev.troupe.sql.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.type.Bytes;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.JsonValue;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TimeTz;
import dev.troupe.sql.type.TypeId;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of catalog records are kept by clusters: the literals here must never change. */
class EntryCodecTest {
  record Golden(CatalogEntry entry, String hex) {}

  static Stream<Golden> goldens() {
    return Stream.concat(relations(), others());
  }

  private static Stream<Golden> relations() {
    return Stream.of(
        new Golden(
            new CatalogEntry.OfSchema(new SchemaDescriptor(2200, "public", "root")),
            "019811067075626c696304726f6f74"),
        new Golden(
            new CatalogEntry.OfRelation(table()),
            "02808001067075626c696301740304726f6f74030102696400000014ffffffff00011d6e"
                + "65787476616c28277075626c69632e73273a3a726567636c617373290002878001000002"
                + "02046e616d650000041300000018010000000008046e6f6e650002030473697a65000003"
                + "efffffffff0100010269640000000002040181800106745f706b65790101010101000000"
                + "0002010282800105745f6964780100000101010101020108286964203e20302901030183"
                + "800107745f636865636b08286964203e203029010184800106745f666b65790101808001"
                + "0101020301010001808001"),
        new Golden(
            new CatalogEntry.OfRelation(
                new ViewDescriptor(
                    16390,
                    "public",
                    "v",
                    2,
                    "root",
                    "SELECT 1 AS one",
                    List.of("one"),
                    List.of(SqlType.INT4),
                    List.of(16384L))),
            "03868001067075626c696301760204726f6f740f53454c4543542031204153206f6e6501"
                + "036f6e650100000017ffffffff01808001"),
        new Golden(
            new CatalogEntry.OfRelation(
                new SequenceDescriptor(
                    16391,
                    "public",
                    "s",
                    1,
                    "root",
                    SqlType.INT8,
                    1,
                    -1,
                    -9,
                    9,
                    5,
                    true,
                    16384,
                    1)),
            "04878001067075626c696301730104726f6f7400000014ffffffff0000000000000001ff"
                + "fffffffffffffffffffffffffffff7000000000000000900000000000000050180800101"));
  }

  private static Stream<Golden> others() {
    return Stream.of(
        new Golden(
            new CatalogEntry.OfRole(
                Role.ROOT.withSecret("x").withMemberOf(List.of("a")).withSettings(List.of("b=c"))),
            "050a04726f6f740101010101010178ffffffff000101610103623d63"),
        new Golden(
            new CatalogEntry.OfComment(new CommentTarget(CommentTarget.RELATIONS, 16384, 2), "why"),
            "06eb098080010203776879"),
        new Golden(
            new CatalogEntry.OfGrant(
                new Grant(16384, "ann", "", List.of("a", "r", "w2"), List.of("r"))),
            "0980800103616e6e000301610172027732010172"));
  }

  private static TableDescriptor table() {
    ColumnDescriptor id =
        new ColumnDraft(1, "id", SqlType.INT8)
            .nullable(false)
            .identity(ColumnDescriptor.Identity.ALWAYS)
            .sequence(16391)
            .defaultSql("nextval('public.s'::regclass)")
            .build();
    ColumnDescriptor name =
        new ColumnDraft(2, "name", SqlType.of(TypeId.VARCHAR, 24)).missing("none").build();
    ColumnDescriptor size =
        new ColumnDraft(3, "size", SqlType.arrayOf(SqlType.INT4)).generatedSql("id").build();
    return new TableDescriptor(
        16384,
        "public",
        "t",
        3,
        "root",
        List.of(id, name, size),
        4,
        index(1, "t_pkey", true, null),
        List.of(index(2, "t_idx", false, "(id > 0)")),
        3,
        List.of(new CheckConstraint(16387, "t_check", "(id > 0)", true)),
        List.of(
            new ForeignKey(
                16388,
                "t_fkey",
                List.of(1),
                16384,
                List.of(1),
                ForeignKey.Action.CASCADE,
                ForeignKey.Action.SET_NULL,
                true,
                true,
                false)),
        List.of(16384L));
  }

  private static IndexDescriptor index(
      int id, String name, boolean primary, @Nullable String predicate) {
    return new IndexDescriptor(
        id,
        16384 + id,
        name,
        true,
        primary,
        primary,
        List.of(new IndexDescriptor.Key(1, !primary, !primary)),
        primary ? List.of() : List.of(2),
        predicate,
        primary ? ElementState.PUBLIC : ElementState.WRITE_ONLY);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void shouldKeepItsBytes(Golden golden) {
    byte[] bytes = EntryCodec.encode(golden.entry());
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden.hex());
    assertThat(EntryCodec.decode(bytes)).isEqualTo(golden.entry());
  }

  @Test
  void shouldReadGrantsOfBeforeThereWereGrantors() {
    byte[] old = HexFormat.of().parseHex("0780800103616e6e0201610172010172");
    assertThat(EntryCodec.decode(old))
        .isEqualTo(
            new CatalogEntry.OfGrant(new Grant(16384, "ann", "", List.of("a", "r"), List.of("r"))));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void shouldRefuseWhatIsCutOrTooLong(Golden golden) {
    byte[] bytes = EntryCodec.encode(golden.entry());
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> EntryCodec.decode(cut)).isInstanceOf(MalformedBytes.class);
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> EntryCodec.decode(longer)).isInstanceOf(MalformedBytes.class);
  }

  static Stream<Object> constants() {
    return Stream.of(
        true,
        false,
        -5,
        1L << 40,
        1.5f,
        -0.0,
        Numeric.parse("12.340"),
        Numeric.NAN,
        "text",
        Bytes.copyOf(new byte[] {1, 2}),
        new TimeTz(5, 3600),
        new Interval(1, 2, 3),
        new UUID(1, 2),
        JsonValue.parse("{\"a\": [1, null]}"),
        SqlArray.of(SqlType.TEXT, "a", null, "c"),
        SqlArray.empty(SqlType.INT4));
  }

  @ParameterizedTest
  @MethodSource("constants")
  void shouldReadConstantsAsTheyWereWritten(Object value) {
    ByteWriter out = new ByteWriter(16);
    ConstantCodec.putValue(out, value);
    assertThat(ConstantCodec.readValue(new ByteReader(out.toBytes()))).isEqualTo(value);
  }

  @Test
  void shouldKnowTheLayoutByItsNumber() {
    assertThatThrownBy(() -> EntryCodec.decode(new byte[] {99}))
        .isInstanceOf(MalformedBytes.class)
        .hasMessageContaining("99");
  }
}
