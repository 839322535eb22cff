package dev.troupe.node.cli;

import com.google.protobuf.ByteString;
import dev.troupe.node.ExitCode;
import dev.troupe.node.client.NodeClient;
import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.trace.TraceContext;
import dev.troupe.protocol.trace.TraceParent;
import dev.troupe.v1.DeleteRangeRequest;
import dev.troupe.v1.DeleteRequest;
import dev.troupe.v1.GetRequest;
import dev.troupe.v1.GetResponse;
import dev.troupe.v1.KvGrpc;
import dev.troupe.v1.PutRequest;
import dev.troupe.v1.Row;
import dev.troupe.v1.ScanRequest;
import dev.troupe.v1.ScanResponse;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs on keys and values. */
@Command(
    name = "kv",
    description = "Reads and writes keys.",
    footer = {
      "",
      "Examples:",
      "  troupe kv put greeting hello",
      "  troupe kv get greeting",
      "  troupe kv scan --prefix gree --limit 10",
      "  troupe kv get greeting --max-staleness 10s",
      "  troupe kv put greeting hello --trace",
      "  troupe kv del greeting"
    },
    subcommands = {
      KvCommand.Get.class,
      KvCommand.Put.class,
      KvCommand.Del.class,
      KvCommand.Scan.class
    })
final class KvCommand extends VerbGroup {
  /** What all verbs on keys have. */
  abstract static class KeyVerb extends Verb implements Callable<Integer> {
    @Mixin ConnectionOptions connection = new ConnectionOptions();

    @Option(
        names = {"--namespace", "-n"},
        paramLabel = "NAME",
        defaultValue = "${env:TROUPE_NAMESPACE:-default}",
        description = "Namespace of the keys (default: ${DEFAULT-VALUE}).")
    String namespace = "default";

    @Option(names = "--base64", description = "Keys and values on the command line are in base64.")
    boolean base64;

    @Option(
        names = "--trace",
        description = {
          "Has the node record what the request does on its way, if troupe.tracing is on there,",
          "and prints under which id: see the dashboard's page Traces."
        })
    boolean trace;

    /** The calls on keys, which say that they are to be traced when that is wanted. */
    final KvGrpc.KvBlockingStub kv(NodeClient client) {
      if (!trace) {
        return client.kv();
      }
      RandomSource random = SystemClocks.random();
      var context =
          new TraceContext(
              random.nextLong(Long.MAX_VALUE),
              random.nextLong(Long.MAX_VALUE),
              1 + random.nextLong(Long.MAX_VALUE - 1));
      Metadata said = new Metadata();
      said.put(
          Metadata.Key.of(TraceParent.HEADER, Metadata.ASCII_STRING_MARSHALLER),
          context.traceParent());
      PrintWriter err = spec().commandLine().getErr();
      err.println("trace " + context.traceId());
      err.flush();
      return client.kv().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(said));
    }

    final ByteString bytes(String text) {
      return KeyText.parse(text, base64);
    }
  }

  private static final List<Column<Row>> ROW =
      List.of(
          Column.of("key", row -> KeyText.printable(row.getKey())),
          Column.of("key_base64", row -> KeyText.base64(row.getKey())),
          Column.of("value", row -> KeyText.printable(row.getValue())),
          Column.of("value_base64", row -> KeyText.base64(row.getValue())),
          Column.of("version", row -> Long.toUnsignedString(row.getVersion())));

  @Command(
      name = "get",
      description = {
        "Prints the value of a key as it is stored.",
        "The exit status is 4 when there is no such key."
      })
  static final class Get extends KeyVerb {
    @Mixin private OutputOptions output = new OutputOptions();
    @Mixin private PastOptions past = new PastOptions();

    @Parameters(index = "0", paramLabel = "KEY")
    private String key = "";

    @Override
    public Integer call() {
      return connection.with(
          client -> {
            GetRequest.Builder builder =
                GetRequest.newBuilder().setKey(bytes(key)).setNamespace(namespace);
            past.addTo(builder);
            GetRequest request = builder.build();
            GetResponse answer = kv(client).get(request);
            if (!answer.getFound()) {
              throw new CliFailure(
                  ExitCode.NOT_FOUND,
                  "there is no key \"%s\" in namespace %s".formatted(key, namespace),
                  "");
            }
            show(request.getKey(), answer);
            return 0;
          });
    }

    private void show(ByteString stored, GetResponse answer) {
      if (output.json()) {
        Row row =
            Row.newBuilder()
                .setKey(stored)
                .setValue(answer.getValue())
                .setVersion(answer.getVersion())
                .build();
        JsonText.line(out(), ROW, row);
        out().flush();
        return;
      }
      try {
        answer.getValue().writeTo(System.out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      System.out.println();
      System.out.flush();
    }
  }

  @Command(name = "put", description = "Writes a value.")
  static final class Put extends KeyVerb {
    @Parameters(index = "0", paramLabel = "KEY")
    private String key = "";

    @Parameters(
        index = "1",
        paramLabel = "VALUE",
        description = "The value; - reads it from stdin.")
    private String value = "";

    @Override
    public Integer call() {
      return connection.with(
          client -> {
            kv(client)
                .put(
                    PutRequest.newBuilder()
                        .setKey(bytes(key))
                        .setValue(value())
                        .setNamespace(namespace)
                        .build());
            return 0;
          });
    }

    private ByteString value() {
      if (!value.equals("-")) {
        return bytes(value);
      }
      try {
        return ByteString.readFrom(System.in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Command(
      name = "del",
      description = "Deletes a key, or every key of a span (--prefix, or --from and --to).")
  static final class Del extends KeyVerb {
    @Parameters(index = "0", paramLabel = "KEY", arity = "0..1")
    private @Nullable String key;

    @Mixin private SpanOptions span = new SpanOptions();

    @Override
    public Integer call() {
      String single = key;
      if ((single == null) != span.given()) {
        throw new CliFailure(
            ExitCode.USAGE, "give either a key or a span to delete", "see `troupe kv del --help`");
      }
      return connection.with(
          client -> {
            if (single != null) {
              var request = DeleteRequest.newBuilder().setKey(bytes(single));
              kv(client).delete(request.setNamespace(namespace).build());
            } else {
              long deleted =
                  kv(client)
                      .deleteRange(
                          DeleteRangeRequest.newBuilder()
                              .setStart(span.start(base64))
                              .setEnd(span.end(base64))
                              .setNamespace(namespace)
                              .build())
                      .getDeleted();
              say(deleted + (deleted == 1 ? " key deleted" : " keys deleted"));
            }
            return 0;
          });
    }
  }

  @Command(
      name = "scan",
      description = {
        "Prints the keys of a namespace, or of a span of it, in order.",
        "Each line holds a key and its value; bytes that are not printable as \\xNN."
      })
  static final class Scan extends KeyVerb {
    @Mixin private SpanOptions span = new SpanOptions();
    @Mixin private OutputOptions output = new OutputOptions();
    @Mixin private PastOptions past = new PastOptions();

    @Option(names = "--limit", paramLabel = "ROWS", description = "At most so many; 0 for all.")
    private long limit;

    @Option(names = "--reverse", description = "From the highest key to the lowest.")
    private boolean reverse;

    @Option(names = "--keys-only", description = "Without the values.")
    private boolean keysOnly;

    @Override
    public Integer call() {
      return connection.with(
          client -> {
            ScanRequest.Builder request =
                ScanRequest.newBuilder()
                    .setStart(span.start(base64))
                    .setEnd(span.end(base64))
                    .setLimit(limit)
                    .setReverse(reverse)
                    .setKeysOnly(keysOnly)
                    .setNamespace(namespace);
            past.addTo(request);
            Iterator<ScanResponse> pages = kv(client).scan(request.build());
            while (pages.hasNext()) {
              pages.next().getRowsList().forEach(this::show);
            }
            out().flush();
            return 0;
          });
    }

    private void show(Row row) {
      if (output.json()) {
        JsonText.line(out(), ROW, row);
      } else if (keysOnly) {
        out().println(KeyText.printable(row.getKey()));
      } else {
        out().println(KeyText.printable(row.getKey()) + "\t" + KeyText.printable(row.getValue()));
      }
    }
  }
}
