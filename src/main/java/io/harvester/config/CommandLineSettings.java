// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings as the command line gives them, not yet validated.
 *
 * @param values the text of each setting given
 * @param configFile the properties file named by {@code --config}
 * @param problems errors in the command line, to be reported together with invalid values
 */
public record CommandLineSettings(
    Map<Setting, String> values, Optional<String> configFile, List<String> problems) {}
