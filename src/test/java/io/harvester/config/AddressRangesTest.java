// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and networks. */
class AddressRangesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "127.0.0.1 | 127.0.0.1 | true",
        "127.0.0.1 | 127.0.0.2 | false",
        "10.1.0.0/16 | 10.1.255.255 | true",
        "10.1.0.0/16 | 10.2.0.0 | false",
        "10.1.2.128/25 | 10.1.2.127 | false",
        "10.1.2.128/25 | 10.1.2.200 | true",
        "0.0.0.0/0 | 8.8.8.8 | true",
        "0.0.0.0/0 | ::1 | false",
        "::1 | 0:0:0:0:0:0:0:1 | true",
        "fd00::/8 | fd12::34 | true",
        "fd00::/8 | fe80::1%eth0 | false",
        "fe80::/10 | fe80::1%eth0 | true",
        "192.0.2.1, 10.0.0.0/8 | 10.9.9.9 | true",
        "192.0.2.1 | ::ffff:192.0.2.1 | true",
        "192.0.2.1 | localhost | false",
        "192.0.2.1 | '' | false",
        "'' | 127.0.0.1 | false"
      })
  void an_address_is_in_its_network(String ranges, String address, boolean in) {
    assertEquals(in, AddressRanges.parse(ranges).contains(address));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.1,", "proxy.example"})
  void a_name_or_a_wrong_network_is_refused(String text) {
    assertThrows(IllegalArgumentException.class, () -> AddressRanges.parse(text));
  }

  @Test
  void a_host_name_is_no_address() {
    assertTrue(AddressRanges.isAddress("2001:db8::1"));
    assertFalse(AddressRanges.isAddress("unknown"));
    assertFalse(AddressRanges.isAddress("192.0.2.1:80"));
  }
}
