#!/bin/sh
# Stands for the program by whose name it is called: logs the call, then does what <name>.does says.
echo "${0##*/} $*" >>"${0%/*}/calls.log"
if [ -f "$0.does" ]; then . "$0.does"; fi
