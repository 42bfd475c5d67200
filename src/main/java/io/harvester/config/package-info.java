/**
 * Settings: taken from command line, environment and properties file, validated once, all problems
 * reported together. Depends on no other package of Harvester.
 */
package io.harvester.config;
