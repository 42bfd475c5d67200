package io.harvester.series;

/**
 * What a label set may measure.
 *
 * @param maxLabels labels per series, {@code __name__} and node included
 * @param maxNameBytes length of a label name in UTF-8
 * @param maxValueBytes length of a label value in UTF-8
 */
public record LabelLimits(int maxLabels, int maxNameBytes, int maxValueBytes) {}
