package dev.troupe.sql.kv;

import dev.troupe.protocol.spi.KvResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a scan.
 *
 * @param rows may be empty
 * @param evaluated what the scan's program made of the rows where they are; null when these are all
 *     rows, as they are: then the program is still to be carried out on them
 */
public record KvPage(List<KvResponse.Row> rows, KvResponse.@Nullable Evaluated evaluated) {}
