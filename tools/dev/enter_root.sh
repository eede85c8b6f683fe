#!/usr/bin/env bash
# enter_root.sh ROOT COMMAND…: runs `./dev COMMAND…` in the checkout that was copied to ROOT/zenws. In namespaces of its own for
# mounts and processes, as tools/dev/on.sh starts it: nothing is undone here.
set -euo pipefail
root=$1
shift

# Shows a file or folder of this machine in there, without leaving a copy.
show() {
  [[ -e $1 ]] || return 0
  if [[ -d $1 ]]; then mkdir -p "$root$2"; else : >>"$root$2"; fi
  mount --bind "$1" "$root$2"
}

mount --bind "$root" "$root" # tests make mounts of their own, for which / has to be one
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
find "$root/tmp" -mindepth 1 -delete
show /etc/resolv.conf /etc/resolv.conf
show /etc/hosts /etc/hosts
show /etc/apt/auth.conf /etc/apt/auth.conf
show /etc/apt/auth.conf.d /etc/apt/auth.conf.d
show "$HOME/.npmrc" /root/.npmrc
show /etc/npmrc /run/npmrc

environment=(HOME=/root LANG=C.UTF-8 "TERM=${TERM:-dumb}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
[[ ! -e /etc/npmrc ]] || environment+=(NPM_CONFIG_GLOBALCONFIG=/run/npmrc)
for name in {http,https,no,HTTP,HTTPS,NO}_{proxy,PROXY}; do
  [[ -z ${!name:-} ]] || environment+=("$name=${!name}")
done
# shellcheck disable=SC2016 # the inner shell expands it
exec chroot "$root" env -i "${environment[@]}" bash -c 'cd /zenws && exec ./dev "$@"' dev "$@"
