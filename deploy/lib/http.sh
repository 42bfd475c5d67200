# shellcheck shell=bash disable=SC2034,SC2154  # the files share their variables
# One HTTP request, by Python, which trusts what Prometheus trusts (curl also accepts a certificate that has only a common name), or
# by curl where there is no Python. Headers are passed through stdin, so that ps shows no secret.

# http METHOD URL BODY_FILE [HEADER]…: sets http_status and writes the file http_answer; without a response returns 1 with a problem.
http() {
  local method=$1 url=$2 body=$3 code=0
  shift 3
  http_answer=$work/answer
  : >"$http_answer"
  http_status=$(printf '%s\n' "$@" | http_client "$method" "$url" "$body" 2>"$work/http-error") || code=$?
  [ "$code" -eq 0 ] || http_problem "$code" "$url"
}

# http_with_retry NAME PAUSE REQUEST…: like http; repeats a 429 or 503 after a pause, at most three times.
http_with_retry() {
  local name=$1 pause=$2 attempt
  shift 2
  for attempt in 1 2 3 4; do
    http "$@" || return
    case $http_status in 429 | 503) log "$name: $http_status in attempt $attempt: $(head -c 200 "$http_answer")" ;; *) break ;; esac
    [ "$attempt" = 4 ] || sleep "$pause"
  done
}

http_client() {
  if command -v python3 >/dev/null; then
    python3 "$source_dir/harvester-ansible/roles/python_program/files/http_request.py" "$1" "$2" "$3" "$ca_file" "$http_answer" "$work/headers"
    return
  fi
  local options=(--silent --show-error --request "$1" --connect-timeout 10 --max-time 30
    --header @- --dump-header "$work/headers" --output "$http_answer" --write-out '%{http_code}')
  [ -z "$ca_file" ] || options+=(--cacert "$ca_file")
  [ -z "$3" ] || options+=(--data-binary "@$3")
  curl "${options[@]}" "$2"
}

# Explains curl's exit codes; http_request.py uses the same codes.
http_problem() {
  local host=${2#*://}
  host=${host%%/*}
  case $1 in
    6)  problem "$EXIT_UNAVAILABLE" "the host name in $host cannot be resolved. Correct --endpoint or the DNS of this machine." ;;
    7)  problem "$EXIT_UNAVAILABLE" "cannot connect to $host (connection refused or no route). Correct --endpoint, start the aggregator, or open the firewall." ;;
    28) problem "$EXIT_UNAVAILABLE" "$host does not respond in time. Check the network and firewalls between this machine and $host." ;;
    51 | 60) certificate_problem "$host" "$(head -n 1 "$work/http-error")" ;;
    35) problem "$EXIT_UNAVAILABLE" "the TLS handshake with $host failed: $(head -n 1 "$work/http-error"). If the aggregator serves plain HTTP, use http:// in --endpoint." ;;
    *)  problem "$EXIT_UNAVAILABLE" "the request to $host failed: $(tail -n 1 "$work/http-error")" ;;
  esac
}

# certificate_problem HOST ERROR: names the remedy that fits the reason.
certificate_problem() {
  local remedy="Correct the certificate of the aggregator."
  case $2 in
    *local\ issuer* | *self-signed* | *self\ signed*)
      if [ -z "$ca_file" ]; then remedy="Give the certificate of its authority with --ca-file."
      else remedy="Give the certificate of the authority that signed it: $ca_file is another one."; fi ;;
    *mismatch* | *'not match'* | *'no alternative'* | *'not valid for'*) remedy="Correct the host name in --endpoint, or the subjectAltName of the certificate." ;;
    *expired* | *'not yet valid'*) remedy="Renew it, or set the clock of this machine ($(date -u +%FT%TZ))." ;;
  esac
  problem "$EXIT_UNAVAILABLE" "the certificate of $1 is not trusted: ${2#curl: }. $remedy"
}
