package io.harvester.ingest.request;

import io.harvester.wire.MessageVersion;

/**
 * A request as it came in.
 *
 * @param body compressed body
 * @param length bytes of it that count
 * @param version message, by Content-Type
 * @param sender on whose behalf it comes
 * @param ticket the request's place; closed by the pipeline when it answers
 */
public record ReceivedRequest(
    byte[] body, int length, MessageVersion version, Sender sender, Admission.Ticket ticket) {}
