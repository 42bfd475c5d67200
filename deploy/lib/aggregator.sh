# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# Requests to the aggregator: readiness, credential, enrolment, arrival of samples.

readonly TOKEN_FILE=/etc/prometheus/aggregator.token
# A new token waits here until the playbook installs it together with the settings that fit it: the running Prometheus reads
# TOKEN_FILE at each request, and still sends under its old settings.
readonly PENDING_TOKEN_FILE=$TOKEN_FILE.pending
readonly NODE_PATTERN='^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'

valid_node() {
  [[ $node =~ $NODE_PATTERN ]] ||
    problem "$EXIT_USAGE" "'$node' is not a valid node name: 1 to 63 letters, digits, dots, dashes and underscores, starting with a letter or digit."
}

# The default path is that of the remote write protocol.
write_url() { if [[ $1 =~ ^https?://[^/]+/?$ ]]; then echo "${1%/}/api/v1/write"; else echo "$1"; fi; }
base_url() { local url=${1%/}; echo "${url%/api/v1/write}"; }

valid_endpoint() {
  [[ $endpoint =~ ^https?://[^/@[:space:]\"\\]+[^[:space:]\"\\]*$ ]] ||
    problem "$EXIT_USAGE" "'$endpoint' is not a valid address. It starts with http:// or https://, such as https://aggregator.example.org:9201."
}

# Retries: an aggregator that has just started is not ready for some seconds.
check_endpoint() {
  valid_endpoint || return
  [ -z "$ca_fingerprint" ] || fetch_certificate || return
  http_with_retry readiness 5 GET "$(base_url "$endpoint")/-/ready" '' || return
  case $http_status in
    200) check_clock ;;
    503) problem "$EXIT_TRY_AGAIN" "the aggregator is not ready: $(head -c 200 "$http_answer"). Try again later, or check its log." ;;
    *) problem "$EXIT_UNAVAILABLE" "$(base_url "$endpoint") responds $http_status to /-/ready: it is not an aggregator. Correct --endpoint." ;;
  esac
}

# The aggregator's own certificate becomes its authority, if it has the given fingerprint.
fetch_certificate() {
  local fetcher=$source_dir/harvester-ansible/roles/python_program/files/certificate.py address=${endpoint#https://} code=0
  command -v python3 >/dev/null || { problem "$EXIT_CONFIGURATION" "--ca-fingerprint needs python3. Install it, or give --ca-file."; return; }
  [ "$address" != "$endpoint" ] || { problem "$EXIT_USAGE" "--ca-fingerprint needs an endpoint with https://."; return; }
  python3 "$fetcher" "${address%%/*}" "$ca_fingerprint" >"$work/fetched.pem" 2>"$work/http-error" || code=$?
  case $code in
    0) ca_file=$work/fetched.pem ;;
    60) problem "$EXIT_UNAVAILABLE" "$(cat "$work/http-error")" ;;
    *) http_problem "$code" "$endpoint" ;;
  esac
}

# An empty remote write, one zero byte of snappy, checks address, TLS and credential in one request and stores nothing.
probe_write() {
  local headers=('Content-Type: application/x-protobuf' 'Content-Encoding: snappy' 'X-Prometheus-Remote-Write-Version: 0.1.0')
  [ -z "$1" ] || headers+=("Authorization: Bearer $1")
  printf '\000' >"$work/empty"
  http POST "$(write_url "$endpoint")" "$work/empty" "${headers[@]}"
}

accepts_anonymous_writes() { probe_write '' && [ "$http_status" = 204 ]; }

# Checks that the aggregator accepts the token and that the token belongs to this node.
check_token() {
  probe_write "$1" || return
  case $http_status in
    204) ;;
    401) problem "$EXIT_PERMISSION" "the aggregator does not accept this token (401). Get a new token or an enrolment key from its operator."; return ;;
    403) problem "$EXIT_PERMISSION" "the aggregator refuses this token (403). Its node may be disabled: ask its operator."; return ;;
    503) problem "$EXIT_TRY_AGAIN" "the aggregator cannot check the token now (503). Try again later."; return ;;
    *) problem "$EXIT_UNAVAILABLE" "$(write_url "$endpoint") responds $http_status to a remote write: it is not an aggregator. Correct --endpoint."; return ;;
  esac
  local owner
  owner=$(ask_self "$1" node)
  [ -z "$owner" ] || [ "$owner" = "$node" ] ||
    problem "$EXIT_PERMISSION" "this token belongs to the node $owner, not to $node. Use --node $owner, or get a credential for $node."
}

# ask_self TOKEN FIELD: a field of the token's node, from /api/v1/node/self; empty if the aggregator does not serve it.
ask_self() {
  http GET "$(base_url "$endpoint")/api/v1/node/self" '' "Authorization: Bearer $1" && [ "$http_status" = 200 ] || return 0
  sed -n "s/.*\"$2\" *: *\"\{0,1\}\([^\",}]*\).*/\1/p" "$http_answer"
}

# Exchanges the enrolment key for this node's token and saves the token at once, because a key may be valid only once.
enrol() {
  local token_received
  printf '{"node":"%s"}' "$node" >"$work/enrol"
  http_with_retry enrolment 10 POST "$(base_url "$endpoint")/api/v1/enrol" "$work/enrol" \
    'Content-Type: application/json' "Authorization: Bearer $enrol_key" || return
  case $http_status in
    201) ;;
    401 | 403) problem "$EXIT_PERMISSION" "the aggregator does not accept this enrolment key: it is unknown, expired or used up. Create a new one on the aggregator."; return ;;
    409) problem "$EXIT_PERMISSION" "the node $node already has a credential, or had one. If this machine replaces that node, get a key that was created with node enrol-key --re-enrol, or the node's token (--token-file); else choose another --node."; return ;;
    429 | 503) problem "$EXIT_TRY_AGAIN" "the aggregator cannot enrol nodes now ($http_status). Run this again in a few minutes."; return ;;
    *) problem "$EXIT_UNAVAILABLE" "the aggregator responds $http_status to the enrolment: $(head -c 200 "$http_answer")"; return ;;
  esac
  token_received=$(sed -n 's/.*"token" *: *"\([^"]*\)".*/\1/p' "$http_answer")
  rm -f "$http_answer"
  [ -n "$token_received" ] || { problem "$EXIT_UNAVAILABLE" "the aggregator enrolled $node but sent no token. Ask its operator to rotate the token."; return; }
  keep_token "$token_received"
}

keep_token() {
  mkdir -p "$(dirname "$PENDING_TOKEN_FILE")"
  (umask 077 && printf '%s' "$1" >"$PENDING_TOKEN_FILE.part")
  mv "$PENDING_TOKEN_FILE.part" "$PENDING_TOKEN_FILE"
}
