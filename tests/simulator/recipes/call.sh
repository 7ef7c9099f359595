#!/bin/bash
# One call of the gateway, signed and sent as the Integration Guide's shell function does: two line ends before
# the date, the x-amz-content-sha256 header in the signed text, openssl and curl. `textbook` is what an older
# edition printed: three line ends, no such header.
#
#   S3_KEY=ID S3_SECRET=SECRET call.sh guide|textbook METHOD URL [BODY_FILE]
#
# Prints the body, a line end and the status. The URL is split at its last slash, as the guide's function does it.
set -euo pipefail
recipe=$1 method=$2 url=$3 body=${4:-}

base=${url%/*}
resource=${url##*/}
date=$(date -R)
hash=x-amz-content-sha256:UNSIGNED-PAYLOAD

case $recipe in
  guide) text="$method\n\n$date\n$hash\n/${resource%%&*}" extra=(-H "$hash") ;;
  textbook) text="$method\n\n\n$date\n/${resource%%&*}" extra=() ;;
  *) echo "call.sh: there is no recipe $recipe" >&2; exit 2 ;;
esac
signature=$(printf '%b' "$text" | openssl dgst -sha1 -hmac "$S3_SECRET" -binary | base64)

length=0
if [[ -n $body ]]; then
  length=$(wc -c <"$body")
  extra+=(--data-binary "@$body")
fi

exec curl --silent --show-error --max-time 20 --noproxy '*' -X "$method" \
  -H "Host: ${base##*/}" -H 'Accept: */*' -H "Date: $date" -H "Authorization: AWS $S3_KEY:$signature" \
  -H 'Content-Type:' -H "Content-Length: $length" \
  "${extra[@]}" -w '\n%{http_code}' "$base/$resource"
