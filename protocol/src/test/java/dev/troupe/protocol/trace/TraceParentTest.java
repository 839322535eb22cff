package dev.troupe.protocol.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
  private static final String HEADER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @Test
  void shouldReadAHeaderAndWriteItAgain() {
    TraceParent parent = TraceParent.parse(HEADER);

    assertThat(parent).isNotNull();
    assertThat(parent.sampled()).isTrue();
    assertThat(parent.context().traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(parent.context().spanId()).isEqualTo("b7ad6b7169203331");
    assertThat(parent.context().traceParent()).isEqualTo(HEADER);
  }

  @Test
  void shouldKnowWhenTheClientWantsNothingRecorded() {
    assertThat(TraceParent.parse(HEADER.replace("-01", "-00")).sampled()).isFalse();
    assertThat(TraceParent.parse(HEADER.replace("-01", "-03")).sampled()).isTrue();
  }

  @Test
  void shouldReadWhatLaterVersionsAppend() {
    assertThat(TraceParent.parse("cc" + HEADER.substring(2) + "-more")).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01"
      })
  void shouldTakeWhatIsMalformedForNothing(String header) {
    assertThat(TraceParent.parse(header)).isNull();
  }

  @Test
  void shouldReadBackAContextFromItsBytes() {
    var context = new TraceContext(-1, 2, Long.MIN_VALUE);
    ByteWriter out = new ByteWriter(8);
    context.write(out);

    assertThat(out.toBytes()).hasSize(TraceContext.BYTES);
    assertThat(TraceContext.read(new ByteReader(out.toBytes()))).isEqualTo(context);
    assertThatThrownBy(() -> TraceContext.read(new ByteReader(new byte[TraceContext.BYTES])))
        .isInstanceOf(ByteReader.MalformedBytes.class);
  }
}
