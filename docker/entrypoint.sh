#!/bin/sh
# Mounts and reserves what this machine lacks (a refusal is named, not fatal: the command says what it cannot do without), then becomes the
# command, so that docker's signals reach it and its exit code is the container's.
set -eu
node /opt/hopscope/docker/prepare_host.js
exec node /opt/hopscope/bin/hopscope.js "$@"
