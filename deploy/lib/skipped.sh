# shellcheck shell=bash
# What a test run did not test: the reasons of skipped tests, from the reports of Surefire and Failsafe.

# Prints the number of skipped tests for each reason, of reports in the folders $2… that are newer than the file $1.
report_skipped() {
  local since=$1 reports
  shift
  mapfile -d '' reports < <(find "$@" -name 'TEST-*.xml' -newer "$since" -print0 2>/dev/null)
  [ ${#reports[@]} -gt 0 ] || { say "no test ran"; return; }
  local all skipped
  all=$(count_tag testcase)
  skipped=$(count_tag skipped)
  [ "$skipped" -gt 0 ] || { say "all $all tests ran"; return; }
  say "$skipped of $all tests were skipped:"
  reasons | sort | uniq -c | sort -rn >&2
}

count_tag() { { grep -oh "<$1[ >/]" "${reports[@]}" || true; } | wc -l; }

# One line per skipped test: the attribute, which contains neither quotation marks nor line breaks, else the first line of the
# exception by which the test itself ended.
reasons() {
  grep -ohE '<skipped( [a-z]+="[^"]*")*/?>(<!\[CDATA\[[^]]*)?' "${reports[@]}" |
    sed -E 's/^.* message="([^"]*)".*$/\1/; s/^<skipped.*CDATA\[([A-Za-z0-9_.$]+: )?//; s/^<skipped.*$/no reason given/
      s/&#(10|xa);/ /g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&apos;/'\''/g; s/&amp;/\&/g; s/^Assumption failed: //'
}
