/**
 * What one node may use: series, samples and bytes. In memory, per process. Depends on no other
 * package of ours.
 */
package io.harvester.quota;
