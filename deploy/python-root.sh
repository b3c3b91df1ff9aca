#!/usr/bin/env bash
# Builds the root file system of Python sandboxes from Debian 12 packages:
#
#   deploy/python-root.sh OUT.tar
#
# It holds the interpreter, its standard library, numpy, pandas and the shared
# libraries these need: no shell, no package manager, no users, nothing setuid
# and no program but python3.11 and the ELF loader. The same packages give the
# same bytes. Packages and the result are kept in ${XDG_CACHE_HOME:-~/.cache}/leo-python.
# It needs apt-get with package lists of Debian 12, dpkg-deb and GNU tar, and
# neither root nor Python.
set -euo pipefail
export LC_ALL=C
umask 022

die() { echo "python-root: $*" >&2; exit 1; }

[ $# = 1 ] || die "usage: $0 OUT.tar"
out=$1
for tool in apt-get apt-cache dpkg dpkg-deb tar sha256sum find; do
  command -v "$tool" >/dev/null || die "$tool is missing: the Python root is built on Debian 12 (or inside a debian:12 container)"
done
case $(dpkg --print-architecture) in
  amd64) triplet=x86_64-linux-gnu; loader=ld-linux-x86-64.so.2; loaderdir=lib64 ;;
  arm64) triplet=aarch64-linux-gnu; loader=ld-linux-aarch64.so.1; loaderdir=lib ;;
  *) die "only amd64 and arm64 are supported" ;;
esac

# Each package with the reason it is here.
packages=(
  libpython3.11-minimal python3.11-minimal libpython3.11-stdlib       # the interpreter
  python3-numpy python3-pandas python3-pandas-lib                     # what it is for
  python3-dateutil python3-tz python3-six tzdata                      # pandas: dates and zones
  libc6 zlib1g libexpat1                                              # python3.11 itself
  libbz2-1.0 liblzma5 libffi8 libcrypt1 libuuid1                      # modules of the standard library
  libblas3 liblapack3 libgfortran5 libgcc-s1 libstdc++6               # numpy and pandas
)
[ "$triplet" = x86_64-linux-gnu ] && packages+=(libquadmath0)

cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/leo-python
mkdir -p "$cache/debs"

# What would be installed now.
candidates() { apt-cache policy "${packages[@]}" 2>/dev/null | awk '/^[^ ]/ {sub(":$", ""); name = $0} /Candidate:/ {print name "=" $2}'; }
# The lists may be absent (a fresh container), or so old that a file they name is gone.
update() { [ "$(id -u)" = 0 ] && apt-get update -qq >/dev/null 2>&1; }

versions=$(candidates)
if ! grep -q '^python3.11-minimal=3\.11' <<<"$versions"; then
  update || true
  versions=$(candidates)
fi
grep -q '^python3.11-minimal=3\.11' <<<"$versions" && grep -q '^python3-pandas=1\.5' <<<"$versions" ||
  die "apt does not offer python3.11 and pandas 1.5: Debian 12 package sources are needed (apt-get update, as root)"

# The key of the result: the packages and this script.
key=$({ echo "$versions"; cat "$0"; } | sha256sum | cut -c1-16)
built=$cache/root-$key.tar
deliver() {
  mkdir -p "$(dirname "$out")"
  cp "$built" "$out.part" && mv "$out.part" "$out"
}
if [ -f "$built" ]; then
  deliver
  exit
fi

echo "Building the Python root (a minute or two; the next time takes seconds)" >&2
work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT

# fetch downloads the packages that the cache does not have.
fetch() {
  local want=() name version file
  while IFS== read -r name version; do
    file=$cache/debs/${name}_${version//:/%3a}_
    compgen -G "$file*.deb" >/dev/null || want+=("$name=$version")
  done <<<"$versions"
  [ ${#want[@]} = 0 ] && return
  (cd "$cache/debs" && apt-get -qq -o APT::Sandbox::User=root -o Acquire::Retries=3 download "${want[@]}") >"$work/download.log" 2>&1
}
if ! fetch; then
  update || true
  versions=$(candidates)
  fetch || die "packages cannot be downloaded: $(tail -n 3 "$work/download.log")"
fi
all=$work/all
mkdir "$all"
while IFS== read -r name version; do
  dpkg-deb --fsys-tarfile "$cache"/debs/"${name}_${version//:/%3a}"_*.deb | tar -x -C "$all" --no-same-owner --keep-directory-symlink
done <<<"$versions"

# Packages of Debian 12 still put some files under /lib; in the root it is a link.
for dir in lib lib64; do
  [ -d "$all/$dir" ] || continue
  mkdir -p "$all/usr/$dir"
  cp -a "$all/$dir/." "$all/usr/$dir/"
done

root=$work/root
lib=$root/usr/lib/$triplet
mkdir -p "$root/usr/bin" "$lib" "$root/usr/lib/python3/dist-packages" "$root/usr/share"
cp "$all/usr/bin/python3.11" "$root/usr/bin/"
cp -a "$all/usr/lib/python3.11" "$root/usr/lib/"
for package in numpy pandas dateutil pytz six.py; do
  cp -a "$all/usr/lib/python3/dist-packages/$package" "$root/usr/lib/python3/dist-packages/"
done
cp -a "$all/usr/share/zoneinfo" "$root/usr/share/"

# Parts that no sandbox needs: tests, tools, GUIs, and bindings of libraries that
# are not here.
python=$root/usr/lib/python3.11
rm -rf "$python"/{test,idlelib,tkinter,ensurepip,lib2to3,distutils,pydoc_data,turtledemo,venv,curses,dbm,sqlite3,unittest/test,ctypes/test,dist-packages,config-3.11-*,sitecustomize.py,LICENSE.txt,turtle.py,antigravity.py,this.py}
rm -f "$python"/lib-dynload/{_ssl,_hashlib,_sqlite3,_curses,_curses_panel,_dbm,_gdbm,_tkinter,readline,nis,ossaudiodev,_crypt,_test*,_xx*,xx*,_ctypes_test}.cpython-*.so
packages_dir=$root/usr/lib/python3/dist-packages
rm -rf "$packages_dir"/numpy/{f2py,distutils,doc,tests,setup.py} "$packages_dir"/numpy/*/tests "$packages_dir"/numpy/core/{include,lib} \
  "$packages_dir"/numpy/random/{lib,_examples} "$packages_dir"/pandas/tests "$root"/usr/share/zoneinfo/{posix,right,localtime}
find "$packages_dir" "$python" \( -name '*.pyi' -o -name '*.pxd' -o -name '*.pyx' -o -name '*.a' -o -name '*.h' -o -name '*.c' \) -delete
rm -f "$packages_dir"/numpy/core/_simd.cpython-*.so # only numpy's own tests import it

# copy_libraries copies the shared libraries that anything here needs, under the
# names that the loader looks for, into the one directory it looks in: BLAS and
# LAPACK have their own in Debian, which a table of alternatives leads to.
needed() { "$all/usr/$loaderdir/$loader" --list "$1" 2>/dev/null | awk '{print $1}' | grep '\.so' || true; }
copy_libraries() {
  local name path libraries
  libraries=$all/usr/lib/$triplet
  export LD_LIBRARY_PATH=$libraries:$libraries/blas:$libraries/lapack
  find "$root" -type f \( -name '*.so*' -o -name python3.11 \) | while read -r path; do needed "$path"; done |
    sort -u | while read -r name; do
      name=$(basename "$name")
      case $name in linux-vdso.so.1 | "$loader") continue ;; esac
      for path in "$libraries/$name" "$libraries/blas/$name" "$libraries/lapack/$name"; do
        [ -e "$path" ] && cp -L "$path" "$lib/$name" && break
      done || die "no package holds $name"
    done
}
(copy_libraries)
mkdir -p "$root/usr/$loaderdir"
cp -L "$all/usr/$loaderdir/$loader" "$root/usr/$loaderdir/$loader"
ln -s usr/lib "$root/lib"
[ "$loaderdir" = lib64 ] && ln -s usr/lib64 "$root/lib64"

# Sources are compiled in a fixed order by one process each: what a compiled file
# looks like depends a little on what the process did before. The files are valid
# whatever the time stamps are.
compile() {
  env -i PYTHONHASHSEED=0 PYTHONHOME="$root/usr" "$root/usr/$loaderdir/$loader" --library-path "$lib" "$root/usr/bin/python3.11" \
    -S -B -m compileall -q -q --invalidation-mode unchecked-hash -s "$root" -p / "$1" >"$work/compile-$2.log" 2>&1
}
find "$root" -name __pycache__ -type d -prune -exec rm -rf {} +
compile "$python" stdlib &
compile "$packages_dir" packages || die "the packages do not compile: $(tail -n 3 "$work/compile-packages.log")"
wait $! || die "the standard library does not compile: $(tail -n 3 "$work/compile-stdlib.log")"

[ -z "$(find "$root" -xtype l)" ] || die "links lead nowhere: $(find "$root" -xtype l)"
find "$root" -type d -exec chmod 0755 {} + -o -type f -exec chmod 0644 {} +
chmod 0755 "$root/usr/bin/python3.11" "$root/usr/$loaderdir/$loader"
tar -C "$root" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --format=gnu -cf "$work/root.tar" lib usr $([ "$loaderdir" = lib64 ] && echo lib64)
find "$cache" -maxdepth 1 -name 'root-*.tar' -delete
mv "$work/root.tar" "$built"
deliver
