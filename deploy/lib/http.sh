# shellcheck shell=bash disable=SC2034,SC2154  # the parts share their variables
# One HTTP request, by curl or, where there is none, by Python. Headers go through stdin: ps shows no secret.

# http METHOD URL BODY_FILE [HEADER]…: http_status and the file http_answer; 1, with a problem, when nothing answered.
http() {
  local method=$1 url=$2 body=$3 code=0
  shift 3
  http_answer=$work/answer
  : >"$http_answer"
  http_status=$(printf '%s\n' "$@" | http_client "$method" "$url" "$body" 2>"$work/http-error") || code=$?
  [ "$code" -eq 0 ] || http_problem "$code" "$url"
}

# http_patiently WHAT PAUSE REQUEST…: like http, but again after a pause, three times at most, while the answer is to come later.
http_patiently() {
  local what=$1 pause=$2 attempt
  shift 2
  for attempt in 1 2 3 4; do
    http "$@" || return
    case $http_status in 429 | 503) log "$what: $http_status in attempt $attempt: $(head -c 200 "$http_answer")" ;; *) break ;; esac
    [ "$attempt" = 4 ] || sleep "$pause"
  done
}

http_client() {
  if ! command -v curl >/dev/null; then
    python3 "$lib/http_request.py" "$1" "$2" "$3" "$ca_file" "$http_answer" "$work/headers"
    return
  fi
  local options=(--silent --show-error --request "$1" --connect-timeout 10 --max-time 30
    --header @- --dump-header "$work/headers" --output "$http_answer" --write-out '%{http_code}')
  [ -z "$ca_file" ] || options+=(--cacert "$ca_file")
  [ -z "$3" ] || options+=(--data-binary "@$3")
  curl "${options[@]}" "$2"
}

# curl's exit codes; http_request.py gives the same.
http_problem() {
  local host=${2#*://}
  host=${host%%/*}
  case $1 in
    6)  problem "$EXIT_UNAVAILABLE" "the name in $host cannot be resolved. Correct --endpoint, or this machine's DNS." ;;
    7)  problem "$EXIT_UNAVAILABLE" "nothing answers at $host (refused, or no route). Correct --endpoint, start the aggregator, or open the way to it." ;;
    28) problem "$EXIT_UNAVAILABLE" "$host does not answer in time. Look at the network and firewalls between here and there." ;;
    51 | 60 | 77) problem "$EXIT_UNAVAILABLE" "the certificate of $host is not trusted here. Give its authority with --ca-file, or correct the name in --endpoint." ;;
    35) problem "$EXIT_UNAVAILABLE" "$host does not speak TLS as expected. Does it speak http instead of https?" ;;
    *)  problem "$EXIT_UNAVAILABLE" "$host cannot be asked: $(tail -n 1 "$work/http-error")" ;;
  esac
}
