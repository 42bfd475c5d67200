// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import java.util.List;

/**
 * A person who has logged in.
 *
 * @param admin whether it may change nodes
 * @param mayRead the nodes that it may read
 */
public record Account(String name, boolean admin, List<NodePattern> mayRead) {}
