// SPDX-License-Identifier: Apache-2.0
/**
 * Settings: taken from command line, environment and properties file, validated once, all problems
 * reported together. Depends on no other package of Harvester.
 */
package io.harvester.config;
