#!/usr/bin/env bash
# Runs every check of the project and ends with the counts. Installs the Debian packages it needs
# when run as root, otherwise prints the one command that does.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'HELP'
Usage: tests/run.sh [--long]

  --long   more rounds where a test draws at random: the service killed 200 times instead of 20, 10 000
           schedules of usage instead of 300; every case of a call cut by a fault instead of one of three; a
           killed purge of 300 000 versions instead of 9000; and Ceph's radosgw, an S3 server that others wrote:
           the simulator beside it, and the same purge over it, which needs 12 GB in /dev/shm; a real
           Prometheus over a running service; licences of the dependencies; the Debian package on a bare Debian; and
           the compose file, which needs root

Examples:
  tests/run.sh
  sudo tests/run.sh        # lets it install missing Debian packages
HELP
}

kills=20
schedules=300
mariadb_schedules=30
cuts=3
objects=3000
long=
for argument in "$@"; do
  case $argument in
    --long)
      kills=200
      schedules=10000
      mariadb_schedules=1000
      cuts=1
      objects=100000
      long=yes
      ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

packages=(build-essential php-cli php-curl php-mysql php-illuminate-database smarty4 phpunit
  php-bcmath mariadb-server s3cmd python3-botocore python3-jsonschema faketime curl openssl
  python3-selenium chromium chromium-driver fonts-dejavu-core awscli rclone restic python3-boto3)
[[ -z $long ]] || packages+=(ceph-mon ceph-osd radosgw ceph-common prometheus
  galera-4 rsync iproute2 docker.io docker-compose debootstrap systemd-container)
# One that is there may come from elsewhere and is as good.
command -v npm >/dev/null || packages+=(npm)

install_packages() {
  local missing=()
  for package in "${packages[@]}"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      missing+=("$package")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  if [[ $EUID -ne 0 ]]; then
    printf 'Debian packages are missing. Install them with\n\n  sudo apt-get install --no-install-recommends %s\n\nand run tests/run.sh again.\n' \
      "${missing[*]}" >&2
    exit 1
  fi
  step "install ${missing[*]}"
  # The tests start a database of their own; the package must not leave one running.
  local policy=/usr/sbin/policy-rc.d made=
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    made=yes
  fi
  local result=0
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"; } \
    </dev/null >"$log/apt" 2>&1 || result=$?
  [[ -z $made ]] || rm -f "$policy"
  if [[ $result -ne 0 ]]; then
    tail -n 20 "$log/apt" >&2
    echo "the packages could not be installed" >&2
    exit 1
  fi
}

step() {
  printf '\n== %s (%d s)\n' "$1" "$SECONDS"
}

log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT

install_packages

if ! command -v cargo >/dev/null; then
  echo "cargo is missing; install Rust 1.92 or later (https://rustup.rs) and run tests/run.sh again" >&2
  exit 1
fi

step "formatting"
cargo fmt --check

step "clippy"
cargo clippy --quiet --all-targets --locked -- -D warnings

step "documentation of the code"
RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --no-deps --document-private-items

# Debian's own Python, which its packages of botocore and jsonschema belong to.
export OSTOR_TEST_PYTHON=/usr/bin/python3
OSTOR_TEST_OPENRPC=$(tests/openrpc-schema)
export OSTOR_TEST_OPENRPC
export OSTOR_TEST_KILLS=$kills
export OSTOR_TEST_SCHEDULES=$schedules
export OSTOR_TEST_CUTS=$cuts
export OSTOR_TEST_PURGE_OBJECTS=$objects

step "build of the tests"
cargo test --quiet --locked --no-run
export OSTOR_BRIDGE_BIN=$PWD/target/debug/ostor-bridge

# Two lanes beside each other, because most tests wait for what they have started: the Rust tests, and all others.
rust_tests() {
  local result=0
  # Some tests tell figures and the seed they drew.
  cargo test --locked --no-fail-fast -- --show-output || result=$?
  step "Rust tests over ledgers in MariaDB" >&3
  # What these draw at random is decided in code that the ledgers share: rounds as without --long, and a tenth of the schedules.
  export OSTOR_TEST_LEDGER=mariadb OSTOR_TEST_KILLS=20 OSTOR_TEST_CUTS=3 OSTOR_TEST_PURGE_OBJECTS=3000
  export OSTOR_TEST_SCHEDULES=$mariadb_schedules
  cargo test --locked --no-fail-fast --lib -- ledger || result=$?
  # The long ones with --long only.
  local chosen=(--skip cuts --skip purge_kills)
  [[ -z $long ]] || chosen=(--show-output)
  cargo test --locked --no-fail-fast --test it -- "${chosen[@]}" || result=$?
  cargo test --locked --no-fail-fast --test metering -- --show-output || result=$?
  return "$result"
}

php_tests() {
  phpunit -c php-shim/phpunit.xml >"$log/module" 2>&1 || return
  step "WHMCS sandbox, end to end" >&3
  # The host alone and the whole chain beside each other.
  phpunit -c php-shim/sandbox --testsuite end-to-end >"$log/sandbox-chain" 2>&1 &
  local chain=$! sandboxed=0
  phpunit -c php-shim/sandbox --testsuite host >"$log/sandbox-host" 2>&1 || sandboxed=$?
  wait "$chain" || sandboxed=$?
  [[ $sandboxed -eq 0 ]] || return "$sandboxed"
  step "browser tests" >&3
  [[ -d php-shim/sandbox/public/assets/axe ]] || php-shim/sandbox/assets fetch || return
  # The customer's pages and the others beside each other.
  local pages client_pages other_pages browsed=0
  mapfile -t pages < <(cd tests/browser && ls test_*.py)
  mapfile -t client_pages < <(printf '%s\n' "${pages[@]}" | grep '^test_client_')
  mapfile -t other_pages < <(printf '%s\n' "${pages[@]}" | grep -v '^test_client_')
  browse client "${client_pages[@]}" &
  local client=$!
  browse other "${other_pages[@]}" || browsed=$?
  wait "$client" || browsed=$?
  return "$browsed"
}
browse() {
  local part=$1
  shift
  (cd tests/browser && "$OSTOR_TEST_PYTHON" -B -m unittest "${@%.py}") >"$log/browser-$part" 2>&1
}

# With --long: what takes other software, and its time. Each of them runs, whatever became of the one before.
long_tests() {
  local result=0
  step "the metrics in Prometheus" >&3
  python_test prometheus prometheus || result=$?
  step "licences of the dependencies" >&3
  packaging/tools target/tools >"$log/deny" 2>&1 || result=$?
  export PATH=$PWD/target/tools/bin:$PATH
  tests/deny >>"$log/deny" 2>&1 || result=$?
  step "the Debian package" >&3
  python_test package-deb deb || result=$?
  step "containers" >&3
  python_test package-compose compose || result=$?
  step "the simulator beside radosgw" >&3
  python_test peer-s3 s3_peer || result=$?
  step "a purge over radosgw" >&3
  TMPDIR=/dev/shm python_test peer-purge s3_purge || result=$?
  return "$result"
}
python_test() {
  "$OSTOR_TEST_PYTHON" -B "tests/$2.py" >"$log/$1" 2>&1
}

step "Rust tests; PHP module"
exec 3>&1
(rust_tests) >"$log/rust" 2>&1 &
rust_pid=$!
failed=0
php_tests || failed=$?
[[ -z $long ]] || long_tests || failed=$?
wait "$rust_pid" || failed=$?
if [[ -n $long ]]; then
  step "three replicas over three Galera nodes"
  cargo test --locked --test galera -- --show-output >>"$log/rust" 2>&1 || failed=$?
fi
for part in rust module sandbox-host sandbox-chain browser-client browser-other prometheus deny package-deb package-compose \
  peer-s3 peer-purge; do
  [[ ! -e $log/$part ]] || cat "$log/$part"
done
[[ $failed -eq 0 ]]

rust=$(awk '/^test result: ok/ { sum += $4 } END { print sum + 0 }' "$log/rust")
php_count() {
  cat "$@" | awk -F'[( ]' '/^OK \(/ { sum += $3 } END { print sum + 0 }'
}
module=$(php_count "$log/module")
sandbox=$(php_count "$log"/sandbox-*)
# Nothing where a part was not asked for.
python_count() {
  { cat "$log/$1"* 2>/dev/null || true; } | awk '/^Ran [0-9]+ test/ { sum += $2 } END { print sum + 0 }'
}
browser=$(python_count browser)
prometheus=$(python_count prometheus)
package=$(python_count package)
peer=$(python_count peer)
if [[ $rust -eq 0 || ${module:-0} -eq 0 || ${sandbox:-0} -eq 0 || ${browser:-0} -eq 0 ||
  (-n $long && (${peer:-0} -eq 0 || ${prometheus:-0} -eq 0 || ${package:-0} -eq 0)) ]]; then
  echo "a suite ran no test: Rust $rust, module ${module:-0}, sandbox ${sandbox:-0}, browser ${browser:-0}, radosgw ${peer:-0}, Prometheus ${prometheus:-0}, packages ${package:-0}" >&2
  exit 1
fi

step "done"
echo "Rust: $rust, PHP module: $module, WHMCS sandbox: $sandbox, browser: $browser, radosgw: $peer, Prometheus: $prometheus, packages: $package"
echo "$((rust + module + sandbox + browser + peer + prometheus + package)) passed, 0 failed"
