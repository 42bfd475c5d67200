// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.series.SeriesKey.Label;
import io.harvester.testing.Message;
import io.harvester.testing.Message.Version;
import io.harvester.wire.DecodedRequest;
import io.harvester.wire.MessageVersion;
import io.harvester.wire.RemoteWriteDecoder;
import io.harvester.wire.SeriesDefect;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which key a label set gets, and what is wrong with one that gets none. */
class SeriesResolverTest {
  private final List<SeriesKey> asked = new ArrayList<>();
  private final SeriesCache cache = new SeriesCache(1000);
  private final SeriesResolver resolver =
      new SeriesResolver(
          cache,
          (keys, admits) -> {
            asked.addAll(keys);
            return keys.stream().map(key -> new SeriesCatalog.Registered(1, 1)).toList();
          },
          new LabelLimits(5, 20, 3000),
          "node");

  private NodeScope scope = NodeScope.honoring("fallback");

  @ParameterizedTest
  @EnumSource(Version.class)
  void labels_are_sorted_and_empty_ones_are_none(Version version) throws Exception {
    key(version, series("up", "z", "1", "node", "n1", "gone", "", "a.b c", "\uD83D\uDE00"));
    assertEquals(
        SeriesKey.of("n1", "up", List.of(new Label("a.b c", "\uD83D\uDE00"), new Label("z", "1"))),
        asked.get(0));
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void a_series_without_node_belongs_to_the_default_node(Version version) throws Exception {
    key(version, series("up"));
    key(version, series("up", "node", ""));
    assertEquals("fallback", asked.get(0).node());
    assertEquals(asked.get(0), asked.get(1));
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void a_foreign_node_label_is_renamed_as_by_prometheus(Version version) throws Exception {
    scope = new NodeScope("n1", NodeScope.Foreign.RENAME);
    key(version, series("up", "node", "n".repeat(2049)));
    key(version, series("up", "node", "n2", "exported_node", "", "z", "1"));
    key(version, series("up", "node", "n2", "exported_node", "x"));
    key(version, series("up", "node", "n1", "exported_node", "x"));
    assertEquals(
        List.of(
            SeriesKey.of("n1", "up", List.of(new Label("exported_node", "n".repeat(2049)))),
            SeriesKey.of(
                "n1", "up", List.of(new Label("exported_node", "n2"), new Label("z", "1"))),
            SeriesKey.of(
                "n1",
                "up",
                List.of(
                    new Label("exported_exported_node", "n2"), new Label("exported_node", "x"))),
            SeriesKey.of("n1", "up", List.of(new Label("exported_node", "x")))),
        asked);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void a_foreign_node_label_can_be_a_defect(Version version) throws Exception {
    scope = new NodeScope("n1", NodeScope.Foreign.REJECT);
    key(version, series("up", "node", "n1"));
    defect(version, series("up", "node", "n2"), SeriesDefect.FOREIGN_NODE);
    assertEquals("n1", asked.get(0).node());
    assertEquals(1, asked.size());
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void a_defect_is_found(Version version) throws Exception {
    defect(version, series(""), SeriesDefect.NO_METRIC_NAME);
    defect(version, new Message.Series(List.of(), List.of()), SeriesDefect.NO_METRIC_NAME);
    defect(version, series("m", "", "x"), SeriesDefect.EMPTY_LABEL_NAME);
    defect(version, series("m", "a", "1", "a", "1"), SeriesDefect.DUPLICATE_LABEL_NAME);
    defect(version, series("m", "a", "", "a", "1"), SeriesDefect.DUPLICATE_LABEL_NAME);
    defect(version, series("m", "__name__", "m"), SeriesDefect.DUPLICATE_LABEL_NAME);
    defect(version, series("m", "node", "a", "node", "b"), SeriesDefect.DUPLICATE_LABEL_NAME);
    defect(version, series("m", "a", "x\0y"), SeriesDefect.NUL_BYTE);
    defect(version, series("m\0"), SeriesDefect.NUL_BYTE);
    defect(version, series("m", "a\0", "x"), SeriesDefect.NUL_BYTE);
    defect(
        version,
        series("m", "a", "1", "b", "1", "c", "1", "d", "1", "e", "1"),
        SeriesDefect.TOO_MANY_LABELS);
    defect(version, series("m", "a".repeat(21), "x"), SeriesDefect.LABEL_NAME_TOO_LONG);
    defect(version, series("m", "a", "x".repeat(3001)), SeriesDefect.LABEL_VALUE_TOO_LONG);
    defect(version, series("m".repeat(2049)), SeriesDefect.LABEL_VALUE_TOO_LONG);
    defect(version, series("m", "node", "n".repeat(2049)), SeriesDefect.LABEL_VALUE_TOO_LONG);
    defect(version, series("m", "node", "é".repeat(1025)), SeriesDefect.LABEL_VALUE_TOO_LONG);
    assertEquals(0, asked.size());
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void what_just_fits_is_taken(Version version) throws Exception {
    key(version, series("m".repeat(2048), "a".repeat(20), "x".repeat(3000)));
    key(version, series("m", "a", "1", "b", "1", "c", "1", "d", "1"));
    assertEquals(2, asked.size());
  }

  @Test
  void bytes_that_are_not_utf8_are_found() throws Exception {
    byte[] message = {
      10,
      29, // a series of 29 bytes
      10,
      13,
      10,
      8,
      '_',
      '_',
      'n',
      'a',
      'm',
      'e',
      '_',
      '_',
      18,
      1,
      'm', // its name
      10,
      6,
      10,
      1,
      'a',
      18,
      1,
      (byte) 0xFF, // a label
      18,
      2,
      16,
      1,
      18,
      0 // samples
    };
    Resolution resolution = resolve(Message.compressed(message), MessageVersion.V1);
    assertEquals(SeriesDefect.NOT_UTF8, resolution.defective().get(0).defect());
    assertEquals("m", resolution.defective().get(0).metric());
  }

  @Test
  void a_limit_names_its_value_and_its_setting() {
    LabelLimits limits = resolver.limits();
    assertEquals(
        "too many labels, the limit is 5 (HARVESTER_MAX_LABELS_PER_SERIES)",
        limits.explain(SeriesDefect.TOO_MANY_LABELS));
    assertEquals(
        "label name too long, the limit is 20 bytes (HARVESTER_MAX_LABEL_NAME_BYTES)",
        limits.explain(SeriesDefect.LABEL_NAME_TOO_LONG));
    assertTrue(
        limits
            .explain(SeriesDefect.LABEL_VALUE_TOO_LONG)
            .contains("3000 bytes (HARVESTER_MAX_LABEL_VALUE_BYTES)"));
  }

  @Test
  void parts_of_a_key_are_not_taken_for_each_other() {
    UUID key = SeriesKey.of("n", "m", List.of(new Label("a", "bc"))).fingerprint();
    assertNotEquals(key, SeriesKey.of("n", "m", List.of(new Label("ab", "c"))).fingerprint());
    assertNotEquals(key, SeriesKey.of("nm", "", List.of(new Label("a", "bc"))).fingerprint());
    assertNotEquals(key, SeriesKey.of("m", "n", List.of(new Label("a", "bc"))).fingerprint());
  }

  /** A fingerprint stands in the database: another one for the same series doubles everything. */
  @Test
  void a_fingerprint_is_the_same_in_every_release() {
    assertEquals(
        "9f7eba37-9203-db5a-0351-e069852cfa83",
        SeriesKey.of("n1", "up", List.of(new Label("job", "node"))).fingerprint().toString());
  }

  private void key(Version version, Message.Series series) throws Exception {
    Resolution resolution = resolve(version, series);
    assertEquals(List.of(), resolution.defective());
    assertTrue(resolution.slot(0) >= 0);
  }

  private void defect(Version version, Message.Series series, SeriesDefect expected)
      throws Exception {
    Resolution resolution = resolve(version, series);
    assertEquals(SeriesTable.ABSENT, resolution.slot(0));
    assertEquals(1, resolution.defective().size());
    assertEquals(expected, resolution.defective().get(0).defect());
  }

  private Resolution resolve(Version version, Message.Series series) throws Exception {
    return resolve(
        Message.of(series.with(at(1, 1))).body(version), MessageVersion.valueOf(version.name()));
  }

  private Resolution resolve(byte[] body, MessageVersion version) throws Exception {
    DecodedRequest request = new DecodedRequest();
    new RemoteWriteDecoder(1 << 20, 42).decode(body, body.length, version, 1, request);
    Resolution resolution = new Resolution();
    if (!resolver.lookUp(request, resolution)) {
      resolver.register(
          request,
          resolver.read(request, scope, resolution),
          (key, isNew) -> SeriesDefect.NONE,
          resolution);
    }
    return resolution;
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void a_preloaded_series_is_not_looked_up_in_the_catalog(Version version) throws Exception {
    SeriesKey up = SeriesKey.of("n1", "up", List.of(new Label("z", "1")));
    cache.preload().add(up.fingerprint(), 77, 5);
    key(version, series("up", "z", "1", "node", "n1"));
    assertEquals(List.of(), asked);
    key(version, series("up", "z", "2", "node", "n1"));
    assertEquals(1, asked.size());
  }
}
