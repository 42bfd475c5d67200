// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import io.harvester.wire.MessageVersion;

/**
 * A request as received.
 *
 * @param body compressed body
 * @param length number of its bytes that are used
 * @param version its message, by Content-Type
 * @param sender its authenticated sender
 * @param ticket its place among the requests in flight; the pipeline closes it with the answer
 */
public record ReceivedRequest(
    byte[] body, int length, MessageVersion version, Sender sender, Admission.Ticket ticket) {}
