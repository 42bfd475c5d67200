/**
 * Settings: read from command line, environment and file, validated once, all errors listed
 * together. Depends on no other package of Harvester.
 */
package io.harvester.config;
