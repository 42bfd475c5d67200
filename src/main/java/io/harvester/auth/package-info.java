/**
 * Who is it, and which nodes are theirs: credentials in memory, enrolment. Depends on no other
 * package of ours.
 */
package io.harvester.auth;
