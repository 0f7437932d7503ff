#!/bin/sh
# world.sh ROOT DIR COMMAND...
#
# Runs COMMAND with the files of unpacked Debian packages (ROOT) laid over the system's, in a mount and a PID
# namespace of its own: servers that conflict are there side by side, and nothing is installed. DIR/usr, DIR/etc
# and DIR/var lie over that, and DIR itself stays where it is. What is written elsewhere is gone when COMMAND ends.
# The network is the system's.
# Needs root. All of it ends when the process that started it ends, however that is.
set -e
root=$1 dir=$2
shift 2
export root dir
exec setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc sh -ec '
  mount -t tmpfs tmpfs /run
  mkdir -p /run/lock "$dir/usr" "$dir/etc" "$dir/var" "$root/var"
  for part in usr etc var; do
    mkdir -p "/run/world/$part" "/run/world/$part.work"
    layers="lowerdir=$dir/$part:$root/$part:/$part,upperdir=/run/world/$part,workdir=/run/world/$part.work"
    mount -t overlay overlay -o "$layers" "/$part"
  done
  mkdir /run/world/dir
  mount --bind "$dir" /run/world/dir
  mount -t tmpfs -o mode=1777 tmpfs /tmp
  mkdir -p "$dir"
  mount --bind /run/world/dir "$dir"
  cd /
  ldconfig
  # Not by exec: PID 1 has to be a process that no change of user takes out of reach of its parent'\''s death.
  status=0
  "$@" || status=$?
  exit $status
' sh "$@"
