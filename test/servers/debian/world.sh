#!/bin/sh
# world.sh ROOT DIR COMMAND...
#
# Runs COMMAND with the files of unpacked Debian packages (ROOT) laid over the system's, in a mount and a PID
# namespace of its own: servers that conflict are there side by side, and nothing is installed. DIR/etc lies over
# /etc, and DIR stays where it is. What is written to /etc, /var, /run and /tmp is gone when COMMAND ends. The
# network is the system's.
# Needs root. All of it ends when the process that started it ends, however that is.
set -e
root=$1 dir=$2
shift 2
mkdir -p "$dir/etc" "$root/etc" "$root/var"
export root dir
exec setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc sh -ec '
  mount -t tmpfs tmpfs /run
  mkdir -p /run/lock /run/world/etc /run/world/etc.work /run/world/var /run/world/var.work
  mount -t overlay overlay -o "lowerdir=$root/usr:/usr" /usr
  mount -t overlay overlay -o "lowerdir=$dir/etc:$root/etc:/etc,upperdir=/run/world/etc,workdir=/run/world/etc.work" /etc
  mount -t overlay overlay -o "lowerdir=$root/var:/var,upperdir=/run/world/var,workdir=/run/world/var.work" /var
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
