# shellcheck shell=bash disable=SC2034,SC2154  # the parts share their variables
# What is asked of the aggregator: is it there, does it know us, enrol us, have our samples arrived.

readonly TOKEN_FILE=/etc/prometheus/aggregator.token
readonly NODE_PATTERN='^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'

valid_node() {
  [[ $node =~ $NODE_PATTERN ]] ||
    problem "$EXIT_USAGE" "'$node' is no node name: 1 to 63 letters, digits, dots, dashes and underscores, a letter or digit first."
}

# An address without a path gets the path of the remote write protocol.
write_url() { if [[ $1 =~ ^https?://[^/]+/?$ ]]; then echo "${1%/}/api/v1/write"; else echo "$1"; fi; }
base_url() { local url=${1%/}; echo "${url%/api/v1/write}"; }

valid_endpoint() {
  [[ $endpoint =~ ^https?://[^/@[:space:]\"\\]+[^[:space:]\"\\]*$ ]] ||
    problem "$EXIT_USAGE" "'$endpoint' is no address. Write it with http:// or https://, such as https://aggregator.example.org:9201."
}

# An aggregator that has just started is not ready for some seconds.
check_endpoint() {
  valid_endpoint || return
  http_patiently readiness 5 GET "$(base_url "$endpoint")/-/ready" '' || return
  case $http_status in
    200) check_clock ;;
    503) problem "$EXIT_TRY_AGAIN" "the aggregator is up but not ready: $(head -c 200 "$http_answer"). Try again later, or look at its log." ;;
    *) problem "$EXIT_UNAVAILABLE" "$(base_url "$endpoint") answers $http_status to /-/ready: that is no aggregator. Correct --endpoint." ;;
  esac
}

# An empty remote write, one zero byte of snappy, proves address, TLS and credential in one go and stores nothing.
probe_write() {
  local headers=('Content-Type: application/x-protobuf' 'Content-Encoding: snappy' 'X-Prometheus-Remote-Write-Version: 0.1.0')
  [ -z "$1" ] || headers+=("Authorization: Bearer $1")
  printf '\000' >"$work/empty"
  http POST "$(write_url "$endpoint")" "$work/empty" "${headers[@]}"
}

open_to_everybody() { probe_write '' && [ "$http_status" = 204 ]; }

# The token is known there, and belongs to this node.
check_token() {
  probe_write "$1" || return
  case $http_status in
    204) ;;
    401) problem "$EXIT_PERMISSION" "the aggregator does not know this token. Get a new one from its operator, or an enrolment key."; return ;;
    403) problem "$EXIT_PERMISSION" "the aggregator refuses this token (403): is its node disabled? Ask its operator."; return ;;
    503) problem "$EXIT_TRY_AGAIN" "the aggregator cannot tell now whether the token is right (503). Try again later."; return ;;
    *) problem "$EXIT_UNAVAILABLE" "$(write_url "$endpoint") answers $http_status to a remote write: that is no aggregator. Correct --endpoint."; return ;;
  esac
  local owner
  owner=$(ask_self "$1" node)
  [ -z "$owner" ] || [ "$owner" = "$node" ] ||
    problem "$EXIT_PERMISSION" "this token belongs to the node $owner, not to $node. Use that name, or get a credential for $node."
}

# ask_self TOKEN FIELD: what the aggregator knows about the owner of a token; nothing where it has no such page.
ask_self() {
  http GET "$(base_url "$endpoint")/api/v1/node/self" '' "Authorization: Bearer $1" && [ "$http_status" = 200 ] || return 0
  sed -n "s/.*\"$2\" *: *\"\{0,1\}\([^\",}]*\).*/\1/p" "$http_answer"
}

# Exchanges the enrolment key for this node's token, and keeps that at once: a key may serve only once.
enrol() {
  local token_received
  printf '{"node":"%s"}' "$node" >"$work/enrol"
  http_patiently enrolment 10 POST "$(base_url "$endpoint")/api/v1/enrol" "$work/enrol" \
    'Content-Type: application/json' "Authorization: Bearer $enrol_key" || return
  case $http_status in
    201) ;;
    401 | 403) problem "$EXIT_PERMISSION" "the aggregator does not accept this enrolment key: unknown, expired or used up. Make a new one there."; return ;;
    409) problem "$EXIT_PERMISSION" "the node $node has a credential already. Choose another --node, or let the operator rotate it and give the new token with --token-file."; return ;;
    429 | 503) problem "$EXIT_TRY_AGAIN" "the aggregator cannot enrol now ($http_status). Run this again in a few minutes."; return ;;
    *) problem "$EXIT_UNAVAILABLE" "the aggregator answers $http_status to the enrolment: $(head -c 200 "$http_answer")"; return ;;
  esac
  token_received=$(sed -n 's/.*"token" *: *"\([^"]*\)".*/\1/p' "$http_answer")
  rm -f "$http_answer"
  [ -n "$token_received" ] || { problem "$EXIT_UNAVAILABLE" "the aggregator enrolled $node but sent no token. Ask its operator to rotate it."; return; }
  keep_token "$token_received"
}

keep_token() {
  mkdir -p "$(dirname "$TOKEN_FILE")"
  (umask 077 && printf '%s' "$1" >"$TOKEN_FILE.new")
  [ ! -e "$TOKEN_FILE" ] || { chown --reference="$TOKEN_FILE" "$TOKEN_FILE.new"; chmod --reference="$TOKEN_FILE" "$TOKEN_FILE.new"; }
  mv "$TOKEN_FILE.new" "$TOKEN_FILE"
}

# The aggregator's own count where it tells one; else what Prometheus says has been acknowledged.
samples_seen() {
  local seen=''
  [ ! -r "$TOKEN_FILE" ] || seen=$(ask_self "$(cat "$TOKEN_FILE")" samples)
  if [ -z "$seen" ]; then
    http GET "http://localhost:$prometheus_port/metrics" '' || return 0
    seen=$(awk '/^prometheus_remote_storage_queue_highest_sent_timestamp_seconds/ { printf "%.0f", $2 }' "$http_answer")
  fi
  echo "${seen:-0}"
}

wait_for_samples() {
  local before=$1 seen end=$((SECONDS + wait_seconds))
  while [ "$SECONDS" -lt "$end" ]; do
    seen=$(samples_seen)
    [ "${seen:-0}" -le "$before" ] || return 0
    sleep 2
  done
  problem "$EXIT_TRY_AGAIN" "the services run, but the aggregator has seen no samples of $node in $wait_seconds s. Look at: journalctl -u prometheus -n 30"
}
