// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.harvester.proto.v1.RemoteWriteV1;
import io.harvester.proto.v2.RemoteWriteV2;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The content of a message as protobuf-java parses it, as text. It parses by Harvester's schema
 * with {@code bytes} in place of {@code string}, because protobuf-java refuses a whole message with
 * invalid UTF-8, while the decoder leaves that check to a later step.
 */
final class Oracle {
  private static final FileDescriptor V1 = withoutStrings(RemoteWriteV1.getDescriptor());
  private static final FileDescriptor V2 = withoutStrings(RemoteWriteV2.getDescriptor());

  private Oracle() {}

  /** The message as text. */
  static String read(byte[] message, MessageVersion version) throws InvalidProtocolBufferException {
    boolean v1 = version == MessageVersion.V1;
    DynamicMessage request = parse(version, v1 ? "WriteRequest" : "Request", message);
    StringBuilder text = new StringBuilder();
    List<ByteString> symbols = v1 ? List.of() : list(request, "symbols");
    for (DynamicMessage series : Oracle.<DynamicMessage>list(request, "timeseries")) {
      text.append(v1 ? v1Series(series) : v2Series(series, symbols)).append('\n');
    }
    if (v1) {
      for (DynamicMessage metadata : Oracle.<DynamicMessage>list(request, "metadata")) {
        text.append("metadata ").append(hex(metadata.toByteString())).append('\n');
      }
    }
    return text.toString();
  }

  /**
   * Whether a message has bytes, but no field of its type. protobuf-java reads it as an empty one;
   * the decoder refuses it, since it may be of the other version.
   */
  static boolean isUnrecognized(byte[] message, MessageVersion version)
      throws InvalidProtocolBufferException {
    String type = version == MessageVersion.V1 ? "WriteRequest" : "Request";
    return message.length > 0 && parse(version, type, message).getAllFields().isEmpty();
  }

  static DynamicMessage parse(MessageVersion version, String type, byte[] message)
      throws InvalidProtocolBufferException {
    FileDescriptor file = version == MessageVersion.V1 ? V1 : V2;
    return DynamicMessage.parseFrom(file.findMessageTypeByName(type), message);
  }

  static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static String v1Series(DynamicMessage series) {
    String defect = "NONE";
    if (list(series, "samples").isEmpty()
        && list(series, "histograms").isEmpty()
        && list(series, "exemplars").isEmpty()) {
      defect = "NO_DATA";
    }
    StringBuilder text = new StringBuilder(defect).append(v1Labels(series));
    data(text, series);
    for (DynamicMessage exemplar : Oracle.<DynamicMessage>list(series, "exemplars")) {
      text.append("\n exemplar NONE").append(v1Labels(exemplar)).append(timeAndValue(exemplar));
    }
    return text.toString();
  }

  private static String v2Series(DynamicMessage series, List<ByteString> symbols) {
    DynamicMessage metadata = (DynamicMessage) get(series, "metadata");
    boolean hasMetadata = series.hasField(field(series, "metadata"));
    int help = (Integer) get(metadata, "help_ref");
    int unit = (Integer) get(metadata, "unit_ref");
    String defect = refDefect(series, symbols.size());
    boolean samples = !list(series, "samples").isEmpty();
    boolean histograms = !list(series, "histograms").isEmpty();
    if (!defect.equals("NONE")) {
      // The references are first.
    } else if (hasMetadata
        && (isOutside(help, symbols.size()) || isOutside(unit, symbols.size()))) {
      defect = "REFERENCE_OUT_OF_RANGE";
    } else if (samples && histograms) {
      defect = "MIXED_DATA";
    } else if (!samples && !histograms && list(series, "exemplars").isEmpty()) {
      defect = "NO_DATA";
    }
    StringBuilder text = new StringBuilder(defect);
    if (!defect.equals("ODD_LABEL_REFS") && !defect.equals("REFERENCE_OUT_OF_RANGE")) {
      text.append(v2Labels(series, symbols));
    }
    if (hasMetadata) {
      int type = ((EnumValueDescriptor) get(metadata, "type")).getNumber();
      text.append(" metadata ").append(type >= 0 && type <= 7 ? type : 0);
      text.append(' ').append(help).append(' ').append(unit);
    }
    text.append(" start ").append(get(series, "created_timestamp"));
    data(text, series);
    for (DynamicMessage exemplar : Oracle.<DynamicMessage>list(series, "exemplars")) {
      String bad = refDefect(exemplar, symbols.size());
      text.append("\n exemplar ").append(bad);
      text.append(bad.equals("NONE") ? v2Labels(exemplar, symbols) : "");
      text.append(timeAndValue(exemplar));
    }
    return text.toString();
  }

  private static void data(StringBuilder text, DynamicMessage series) {
    for (DynamicMessage sample : Oracle.<DynamicMessage>list(series, "samples")) {
      FieldDescriptor start = sample.getDescriptorForType().findFieldByName("start_timestamp");
      text.append("\n sample ").append(timeAndValue(sample));
      text.append(' ').append(start == null ? 0L : sample.getField(start));
    }
    for (DynamicMessage histogram : Oracle.<DynamicMessage>list(series, "histograms")) {
      text.append("\n histogram ").append(hex(histogram.toByteString()));
    }
  }

  private static String timeAndValue(DynamicMessage message) {
    long bits = Double.doubleToRawLongBits((Double) get(message, "value"));
    return " " + get(message, "timestamp") + " " + Long.toHexString(bits);
  }

  private static String v1Labels(DynamicMessage message) {
    StringBuilder text = new StringBuilder(" {");
    for (DynamicMessage label : Oracle.<DynamicMessage>list(message, "labels")) {
      text.append(hex((ByteString) get(label, "name"))).append('=');
      text.append(hex((ByteString) get(label, "value"))).append(',');
    }
    return text.append('}').toString();
  }

  private static String v2Labels(DynamicMessage message, List<ByteString> symbols) {
    StringBuilder text = new StringBuilder(" {");
    List<Integer> refs = list(message, "labels_refs");
    for (int i = 0; i < refs.size(); i += 2) {
      text.append(hex(symbols.get(refs.get(i)))).append('=');
      text.append(hex(symbols.get(refs.get(i + 1)))).append(',');
    }
    return text.append('}').toString();
  }

  private static String refDefect(DynamicMessage message, int symbols) {
    List<Integer> refs = list(message, "labels_refs");
    if (refs.size() % 2 == 1) {
      return "ODD_LABEL_REFS";
    }
    return refs.stream().anyMatch(ref -> isOutside(ref, symbols))
        ? "REFERENCE_OUT_OF_RANGE"
        : "NONE";
  }

  private static boolean isOutside(int ref, int symbols) {
    return ref < 0 || ref >= symbols;
  }

  @SuppressWarnings("unchecked")
  private static <T> List<T> list(DynamicMessage message, String name) {
    return (List<T>) get(message, name);
  }

  private static Object get(DynamicMessage message, String name) {
    return message.getField(field(message, name));
  }

  private static FieldDescriptor field(DynamicMessage message, String name) {
    return message.getDescriptorForType().findFieldByName(name);
  }

  private static FileDescriptor withoutStrings(FileDescriptor file) {
    FileDescriptorProto.Builder copy = file.toProto().toBuilder();
    List<DescriptorProto.Builder> messages = new ArrayList<>(copy.getMessageTypeBuilderList());
    for (DescriptorProto.Builder message : messages) {
      for (FieldDescriptorProto.Builder field : message.getFieldBuilderList()) {
        if (field.getType() == FieldDescriptorProto.Type.TYPE_STRING) {
          field.setType(FieldDescriptorProto.Type.TYPE_BYTES);
        }
      }
    }
    try {
      return FileDescriptor.buildFrom(copy.build(), new FileDescriptor[0]);
    } catch (DescriptorValidationException e) {
      throw new AssertionError(e);
    }
  }
}
