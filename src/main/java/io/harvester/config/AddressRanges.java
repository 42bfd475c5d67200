// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A set of IP addresses. */
public final class AddressRanges {
  /** Only what cannot be a host name, which would be looked up. */
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  private final List<Range> ranges;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Range(byte[] network, int bits) {
    boolean contains(byte[] address) {
      if (address.length != network.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if (((address[bit / 8] ^ network[bit / 8]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private AddressRanges(List<Range> ranges) {
    this.ranges = ranges;
  }

  /** Parses addresses and networks with commas between them; "": none. */
  public static AddressRanges parse(String text) {
    List<Range> ranges = new ArrayList<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      ranges.add(range(part.strip()));
    }
    return new AddressRanges(List.copyOf(ranges));
  }

  private static Range range(String text) {
    int slash = text.indexOf('/');
    byte[] network =
        bytes(slash < 0 ? text : text.substring(0, slash))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "has neither an address nor a network such as 10.1.0.0/16: " + text));
    int bits = 8 * network.length;
    return new Range(
        network, slash < 0 ? bits : (int) Values.number(text.substring(slash + 1), 0, bits));
  }

  private static Optional<byte[]> bytes(String text) {
    int zone = text.indexOf('%');
    String address = zone < 0 ? text : text.substring(0, zone);
    if (!LITERAL.matcher(address).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(address).getAddress());
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Whether a text is an IP address. */
  public static boolean isAddress(String text) {
    return bytes(text).isPresent();
  }

  /** Whether this address is in the set; a text that is no address is not. */
  public boolean contains(String address) {
    if (ranges.isEmpty()) {
      return false;
    }
    Optional<byte[]> bytes = bytes(address);
    return bytes.isPresent() && ranges.stream().anyMatch(range -> range.contains(bytes.get()));
  }
}
