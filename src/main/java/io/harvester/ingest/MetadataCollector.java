// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.harvester.series.LabelLimits;
import io.harvester.storage.MetricMetadata;
import io.harvester.wire.DecodedRequest;
import io.harvester.wire.LabelReader;
import io.harvester.wire.MessageVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds the metadata of a request that is not stored yet. Senders repeat metadata with every
 * request (2.0) or every minute (1.0), so nearly all of it is stored.
 */
final class MetadataCollector {
  private static final int MAX_TEXT = 4096;

  private final StoredMetadata stored;

  MetadataCollector(StoredMetadata stored) {
    this.stored = stored;
  }

  /** Metadata to store, with the hashes to remember it by. */
  record Unstored(long nameHash, long contentHash, MetricMetadata metadata) {}

  /** Metadata of the request that is not stored yet; usually empty. Each metric occurs once. */
  List<Unstored> collect(DecodedRequest request) {
    Collection collection = new Collection(request);
    if (request.version == MessageVersion.V1) {
      for (int i = 0; i < request.metadataCount; i++) {
        collection.addFamily(i);
      }
    } else {
      collection.addSeries();
    }
    return collection.unstored;
  }

  /** One request's metadata. */
  private final class Collection {
    private final DecodedRequest request;
    private final long now = System.nanoTime();
    private final List<Unstored> unstored = new ArrayList<>(0);
    private final Set<Long> names = new HashSet<>(0);

    Collection(DecodedRequest request) {
      this.request = request;
    }

    void addFamily(int i) {
      int start = request.metadataStart[i];
      int end = request.metadataEnd[i];
      try {
        var message =
            io.harvester.proto.v1.MetricMetadata.parseFrom(
                CodedInputStream.newInstance(request.body, start, end - start));
        byte[] name = message.getMetricFamilyName().getBytes(StandardCharsets.UTF_8);
        long nameHash = hash(name, 0, name.length);
        long contentHash = hash(request.body, start, end);
        if (name.length > 0 && isNew(nameHash, contentHash)) {
          add(
              nameHash,
              contentHash,
              message.getMetricFamilyName(),
              message.getTypeValue(),
              message.getHelp(),
              message.getUnit());
        }
      } catch (InvalidProtocolBufferException e) {
        return; // not UTF-8: an invalid help text is no reason to reject samples
      } catch (IOException e) {
        throw new IllegalStateException("reading from memory", e);
      }
    }

    void addSeries() {
      DecodedRequest r = request;
      int lastName = -1;
      int lastHelp = -1;
      for (int i = 0; i < r.seriesCount; i++) {
        int name = LabelReader.metricNameSymbol(r, i);
        int help = r.helpRef[i];
        // The series of a metric are adjacent, and nearly all share their metadata.
        if (r.metadataType[i] < 0 || r.defect[i] != 0 || (name == lastName && help == lastHelp)) {
          continue;
        }
        lastName = name;
        lastHelp = help;
        int unit = r.unitRef[i];
        long content = (r.symbolHash(help) * 31 + r.symbolHash(unit)) * 31 + r.metadataType[i];
        if (name > 0
            && (help != 0 || unit != 0 || r.metadataType[i] != 0)
            && isNew(r.symbolHash(name), content)) {
          add(
              r.symbolHash(name),
              content,
              symbol(name),
              r.metadataType[i],
              symbol(help),
              symbol(unit));
        }
      }
    }

    private boolean isNew(long nameHash, long contentHash) {
      return stored.isDue(nameHash, contentHash, now) && !names.contains(nameHash);
    }

    private void add(
        long nameHash, long contentHash, String name, int type, String help, String unit) {
      if (isUsable(name) && help.indexOf('\0') < 0 && unit.indexOf('\0') < 0) {
        names.add(nameHash);
        unstored.add(
            new Unstored(
                nameHash,
                contentHash,
                new MetricMetadata(name, typeName(type), shortened(help), shortened(unit))));
      }
    }

    private String symbol(int ref) {
      int start = request.symbolStart[ref];
      return new String(
          request.body, start, request.symbolEnd[ref] - start, StandardCharsets.UTF_8);
    }
  }

  /** Whether a metric can have this name: valid UTF-8, no NUL, short enough for an index. */
  private static boolean isUsable(String name) {
    return name.indexOf('\0') < 0
        && name.indexOf('\uFFFD') < 0
        && name.length() <= LabelLimits.MAX_KEY_BYTES
        && name.getBytes(StandardCharsets.UTF_8).length <= LabelLimits.MAX_KEY_BYTES;
  }

  private static String shortened(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }

  private static String typeName(int type) {
    // Both messages number the types in the same way.
    var known = io.harvester.proto.v1.MetricMetadata.MetricType.forNumber(type);
    return known == null ? "unknown" : known.name().toLowerCase(Locale.ROOT);
  }

  private static long hash(byte[] bytes, int start, int end) {
    long h = 0xCBF29CE484222325L;
    for (int i = start; i < end; i++) {
      h = (h ^ bytes[i]) * 0x100000001B3L;
    }
    return h;
  }
}
