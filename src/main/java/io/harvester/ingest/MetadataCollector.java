package io.harvester.ingest;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.harvester.series.LabelLimits;
import io.harvester.storage.MetricMetadata;
import io.harvester.wire.DecodedRequest;
import io.harvester.wire.MessageVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds metadata that is not stored yet. Senders repeat it with every request (2.0) or every minute
 * (1.0), so nearly everything is known; a metric whose senders disagree is not written more often
 * than once a minute. Belongs to one decoding thread.
 */
final class MetadataCollector {
  private static final int MAX_TEXT = 4096;

  private final SeenMetadata seen = new SeenMetadata();
  private volatile boolean forget;
  private long now;

  /** The next collection starts from nothing: an upsert failed. */
  void forgetAll() {
    forget = true;
  }

  /** Metadata of the request that is to be stored; usually empty. */
  List<MetricMetadata> collect(DecodedRequest request) {
    if (forget) {
      forget = false;
      seen.clear();
    }
    now = System.nanoTime();
    List<MetricMetadata> unseen = new ArrayList<>(0);
    if (request.version == MessageVersion.V1) {
      for (int i = 0; i < request.metadataCount; i++) {
        family(request, i, unseen);
      }
    } else {
      perSeries(request, unseen);
    }
    return unseen;
  }

  private void family(DecodedRequest request, int i, List<MetricMetadata> unseen) {
    int start = request.metadataStart[i];
    int end = request.metadataEnd[i];
    try {
      var message =
          io.harvester.proto.v1.MetricMetadata.parseFrom(
              CodedInputStream.newInstance(request.body, start, end - start));
      byte[] name = message.getMetricFamilyName().getBytes(StandardCharsets.UTF_8);
      long nameHash = hash(name, 0, name.length);
      if (name.length > 0 && seen.isNew(nameHash, hash(request.body, start, end), now)) {
        add(
            unseen,
            message.getMetricFamilyName(),
            message.getTypeValue(),
            message.getHelp(),
            message.getUnit());
      }
    } catch (InvalidProtocolBufferException e) {
      return; // not UTF-8: help texts are not worth refusing samples for
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  private void perSeries(DecodedRequest r, List<MetricMetadata> unseen) {
    int lastName = -1;
    int lastHelp = -1;
    for (int i = 0; i < r.seriesCount; i++) {
      int name = r.metricNameRef[i];
      int help = r.helpRef[i];
      // Series of one metric stand together, and nearly all share their metadata.
      if (r.metadataType[i] < 0 || r.defect[i] != 0 || (name == lastName && help == lastHelp)) {
        continue;
      }
      lastName = name;
      lastHelp = help;
      int unit = r.unitRef[i];
      long content = (r.symbolHash(help) * 31 + r.symbolHash(unit)) * 31 + r.metadataType[i];
      if (name > 0
          && (help != 0 || unit != 0 || r.metadataType[i] != 0)
          && seen.isNew(r.symbolHash(name), content, now)) {
        add(unseen, symbol(r, name), r.metadataType[i], symbol(r, help), symbol(r, unit));
      }
    }
  }

  private static void add(
      List<MetricMetadata> to, String name, int type, String help, String unit) {
    if (isUsable(name) && help.indexOf('\0') < 0 && unit.indexOf('\0') < 0) {
      to.add(new MetricMetadata(name, typeName(type), shortened(help), shortened(unit)));
    }
  }

  /** Whether it can be a metric's name: valid UTF-8, no NUL, no longer than an index takes. */
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
    // Both messages number the types alike.
    var known = io.harvester.proto.v1.MetricMetadata.MetricType.forNumber(type);
    return known == null ? "unknown" : known.name().toLowerCase(Locale.ROOT);
  }

  private static String symbol(DecodedRequest r, int ref) {
    return new String(
        r.body, r.symbolStart[ref], r.symbolEnd[ref] - r.symbolStart[ref], StandardCharsets.UTF_8);
  }

  private static long hash(byte[] bytes, int start, int end) {
    long h = 0xCBF29CE484222325L;
    for (int i = start; i < end; i++) {
      h = (h ^ bytes[i]) * 0x100000001B3L;
    }
    return h;
  }
}
