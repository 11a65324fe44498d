# Sourced by run, test and themepark, which set `root`. What the machine needs, and building what changed.

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

need_dotnet() {
    command -v dotnet >/dev/null || die "The .NET SDK 10 is needed and \`dotnet\` is not on PATH. Debian and Ubuntu: apt-get install dotnet-sdk-10.0; others: https://dotnet.microsoft.com/download"
    local version
    version=$(cd "$root" && dotnet --version 2>/dev/null) || die "The .NET SDK 10 is needed; installed are: $(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' ')"
    [[ $version == 10.* ]] || die "The .NET SDK 10 is needed; \`dotnet --version\` says $version."
}

as_root() {
    if [[ $(id -u) -eq 0 ]]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else die "This needs root and there is no sudo: $*"
    fi
}

apt_update() {
    command -v apt-get >/dev/null || die "What is missing is installed with apt-get, which this system does not have."
    as_root apt-get update -qq || say "apt-get update failed; trying with the package lists there are."
}

# apt_install PACKAGE...: without what is only recommended.
apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >&2
}

# apt_install_stopped PACKAGE...: those that bring the database's service along, which must not start: our server is our own.
apt_install_stopped() {
    local policy=/usr/sbin/policy-rc.d ours= result=0
    if [[ ! -e $policy ]]; then
        ours=1
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    apt_install "$@" || result=$?
    if [[ $ours ]]; then as_root rm -f "$policy"; fi
    return $result
}

# The build fetches the console's scripts with it.
need_npm() {
    command -v npm >/dev/null && return
    say "Installing npm."
    apt_update
    apt_install nodejs npm && command -v npm >/dev/null || die "npm is needed and could not be installed. Try: apt-get install nodejs npm"
}

# Sets CHROMIUM, which the browser tests start.
need_chromium() {
    export CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v google-chrome || true)}
    if [[ ! $CHROMIUM ]]; then
        say "Installing Chromium."
        # Ubuntu's package is a pointer to a snap, which runs in few containers: there CHROMIUM names another one.
        apt_update
        apt_install chromium fonts-liberation || true
        CHROMIUM=$(command -v chromium || true)
    fi
    [[ $CHROMIUM && -x $CHROMIUM ]] || die "The browser tests need Chromium or Chrome; set CHROMIUM to its program. Debian: apt-get install chromium"
}

have_mariadb() {
    PATH=$PATH:/usr/sbin:/usr/local/sbin:/usr/libexec command -v mariadbd >/dev/null || PATH=$PATH:/usr/sbin:/usr/local/sbin command -v mysqld >/dev/null
}

need_mariadb() {
    have_mariadb && return
    command -v apt-get >/dev/null || die "MariaDB is needed (mariadbd and mariadb-install-db). Install your system's MariaDB server package."
    say "Installing MariaDB."
    apt_update
    # The core packages hold the programs without a system service. Older releases have only the whole server.
    local packages=(mariadb-server)
    if apt-cache show mariadb-server-core >/dev/null 2>&1; then packages=(mariadb-server-core mariadb-client-core); fi
    apt_install_stopped "${packages[@]}" && have_mariadb || die "MariaDB could not be installed. Try: apt-get install ${packages[*]}"
}

have_galera() {
    [[ -e /usr/lib/galera/libgalera_smm.so ]] && command -v wsrep_sst_rsync >/dev/null && command -v rsync >/dev/null && { command -v ss || command -v lsof; } >/dev/null
}

# What the tests of several database nodes need beside the server: its library, and what a node that comes back gets its data with.
need_galera() {
    have_galera && return
    local packages=(galera-4 mariadb-server rsync iproute2)
    command -v apt-get >/dev/null || die "Galera is needed (/usr/lib/galera/libgalera_smm.so, wsrep_sst_rsync, rsync, and ss or lsof). Install your system's packages of it."
    say "Installing Galera."
    apt_update
    apt_install_stopped "${packages[@]}" && have_galera || die "Galera could not be installed. Try: apt-get install ${packages[*]}"
}

# build WHAT: Release, when a source is newer than the last build of it. One at a time; shows a line a second on a terminal.
build() {
    local what=$1 stamps=$root/artifacts/stamps stamp log
    stamp=$stamps/$(basename "$what")
    log=$stamp.log
    mkdir -p "$stamps"
    if command -v flock >/dev/null; then
        exec 9>"$stamps/lock"
        flock 9
    fi
    if [[ ! -e $stamp || -n $(changed_since "$stamp") ]]; then
        need_npm
        # The time of the start: a file saved during the build is built next time.
        touch "$stamp.new"
        say "Building $(basename "$what")."
        local started=$SECONDS
        # Profiles cost a process more than they give it when it ends within minutes: a quarter of the build's time. One compiler for all projects takes half.
        (cd "$root" && DOTNET_TieredPGO=0 exec dotnet build "$what" -c Release -v quiet -nologo -p:UseSharedCompilation=true 9>&-) >"$log" 2>&1 &
        local builder=$!
        while kill -0 "$builder" 2>/dev/null; do
            if [[ -t 2 ]]; then printf '\r%4d s ' $((SECONDS - started)) >&2; fi
            sleep 1
        done
        if [[ -t 2 ]]; then printf '\r' >&2; fi
        local result=0
        wait "$builder" || result=$?
        # Where nobody wants a compiler that stays, it does not.
        [[ ${UseSharedCompilation:-} != false ]] || dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1 || true
        if [[ $result -ne 0 ]]; then
            grep -E 'error|warn' "$log" | sort -u | head -40 >&2 || tail -40 "$log" >&2
            die "The build failed; its output is in $log"
        fi
        mv "$stamp.new" "$stamp"
        say "Built in $((SECONDS - started)) s."
    fi
    if command -v flock >/dev/null; then exec 9>&-; fi
}

# Names one file of the build that is newer than $1.
changed_since() {
    local trees=("$root/src" "$root/db")
    [[ $(basename "$1") == *.sln ]] && trees+=("$root/tests")
    find "${trees[@]}" "$root"/*.props "$root"/*.sln "$root/global.json" "$root/.editorconfig" \
        \( -name bin -o -name obj -o -name '*.received.*' \) -prune -o -newer "$1" -print -quit
}
